using System;

namespace SeqLoss.Training.Schedules;

/// <summary>The peak until validation no longer improves; then a part of it, and so on.</summary>
/// <remarks>
/// After more than <c>patience</c> validations in a row without a new best the rate is multiplied by a factor, and counting begins again.
/// As <c>torch.optim.lr_scheduler.ReduceLROnPlateau(mode="min", threshold=0, eps=0)</c> stepped at each validation.
/// </remarks>
public sealed class PlateauSchedule : Schedule
{
    private readonly double _factor;
    private readonly int _patience;
    private readonly double _least;

    /// <param name="peak">The learning rate at first, above 0.</param>
    /// <param name="warmUpSteps">The steps of a linear rise before, at least 0.</param>
    /// <param name="factor">What the rate is multiplied by, in (0, 1).</param>
    /// <param name="patience">The validations in a row that need not improve, at least 0.</param>
    /// <param name="least">The rate stays at or above it, in [0, peak].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public PlateauSchedule(double peak, long warmUpSteps = 0, double factor = 0.5, int patience = 3, double least = 0)
        : base(peak, warmUpSteps)
    {
        if (!(factor > 0 && factor < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), $"The factor of a plateau is {factor}, it has to be in (0, 1).");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        if (!(least >= 0 && least <= peak))
        {
            throw new ArgumentOutOfRangeException(nameof(least), $"The least learning rate is {least}, it has to be in [0, {peak}].");
        }

        (_factor, _patience, _least) = (factor, patience, least);
        State = new PlateauState(Share: 1, Best: null, Since: 0);
    }

    /// <summary>What the validations so far amount to; a checkpoint saves and restores it.</summary>
    public PlateauState State { get; internal set; }

    /// <summary>Takes in a validation.</summary>
    /// <param name="loss">Smaller is better; NaN is no improvement.</param>
    public void Observe(double loss)
    {
        if (loss < (State.Best ?? double.PositiveInfinity))
        {
            State = State with { Best = loss, Since = 0 };
        }
        else if (State.Since < _patience)
        {
            State = State with { Since = State.Since + 1 };
        }
        else
        {
            State = State with { Share = Math.Max(State.Share * _factor, _least / Peak), Since = 0 };
        }
    }

    private protected override double AfterWarmUp(long step) => Math.Max(Peak * State.Share, _least);
}
