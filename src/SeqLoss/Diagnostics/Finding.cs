namespace SeqLoss.Diagnostics;

/// <summary>Something that is wrong, or may be, with the input of a loss.</summary>
/// <param name="Id">The stable name, <c>SL001</c> and so on; <see cref="LossCheck"/> lists them.</param>
/// <param name="Severity">How sure it is.</param>
/// <param name="Position">
/// The first place where it holds, by sequence, then step, then class; <see langword="null"/> where it belongs to no place.
/// </param>
/// <param name="Message">What was found, with the evidence in numbers, in one sentence.</param>
/// <param name="Cure">What to do, in one sentence.</param>
public sealed record Finding(string Id, FindingSeverity Severity, FindingPosition? Position, string Message, string Cure);
