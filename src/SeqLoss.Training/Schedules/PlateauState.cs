namespace SeqLoss.Training.Schedules;

/// <summary>Where a <see cref="PlateauSchedule"/> stands.</summary>
/// <param name="Share">The part of the peak that the learning rate is after the warm-up.</param>
/// <param name="Best">The least loss seen; <see langword="null"/> before the first validation.</param>
/// <param name="Since">The validations since then, or since the rate was last lowered.</param>
public sealed record PlateauState(double Share, double? Best, int Since);
