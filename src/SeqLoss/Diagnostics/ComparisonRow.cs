namespace SeqLoss.Diagnostics;

/// <summary>One number that somebody may have got from the same scores and targets, and where it comes from.</summary>
/// <param name="Convention">The framework's function, with the arguments that are not its defaults.</param>
/// <param name="Value">The number; in nats if it is a cross-entropy and <paramref name="NearMiss"/> does not say otherwise.</param>
/// <param name="DividesBy">What the sum is divided by, in words.</param>
/// <param name="Divisor">That as a number; NaN where each sequence is divided by its own.</param>
/// <param name="Group">Rows of the same number have the same, counted from 0; −1 for near misses.</param>
/// <param name="IsExpected">Whether the number is the expected one.</param>
/// <param name="NearMiss">What was done differently than asked, or <see langword="null"/> for the convention itself.</param>
public sealed record ComparisonRow(
    string Convention, double Value, string DividesBy, double Divisor, int Group, bool IsExpected, string? NearMiss);
