using System;

namespace SeqLoss.Models.Decoding;

/// <summary>How hypotheses of different lengths are made comparable: score = Σ ln p / divisor(n).</summary>
/// <param name="Kind">The form of the divisor.</param>
/// <param name="Alpha">α in [0, 10]; 0 is no penalty.</param>
public readonly record struct LengthPenalty(LengthPenaltyKind Kind, double Alpha)
{
    /// <summary>The greatest α: beyond it a divisor leaves the range of numbers.</summary>
    private const double MaxAlpha = 10;

    /// <summary>No penalty.</summary>
    public static LengthPenalty None => default;

    /// <summary>((5 + n) / 6)^α.</summary>
    public static LengthPenalty Google(double alpha) => new(LengthPenaltyKind.Google, alpha);

    /// <summary>n^α.</summary>
    public static LengthPenalty Power(double alpha) => new(LengthPenaltyKind.Power, alpha);

    /// <summary>What the log-probability of n steps is divided by, at least 1.</summary>
    /// <param name="length">n ≥ 1, the end marker included.</param>
    public double Divisor(int length) => Kind switch
    {
        LengthPenaltyKind.Google => Math.Pow((5 + length) / 6.0, Alpha),
        LengthPenaltyKind.Power => Math.Pow(length, Alpha),
        _ => 1,
    };

    /// <summary>The score of a hypothesis.</summary>
    /// <param name="logProbability">Σ ln p in nats, at most 0.</param>
    /// <param name="length">n ≥ 1, the end marker included.</param>
    public double Score(double logProbability, int length) => logProbability / Divisor(length);

    /// <summary>The best score that a hypothesis can still reach.</summary>
    /// <remarks>
    /// Let s ≤ 0 be its log-probability now. Each further step adds ln p ≤ 0, so at n steps in the end its score is at most s/divisor(n).
    /// No divisor falls as n grows, and s is not positive: s/divisor(n) is greatest for the greatest n.
    /// Without penalty that is s itself; for the others s/((5 + maxLength)/6)^α and s/maxLength^α.
    /// </remarks>
    /// <param name="logProbability">s, in nats.</param>
    /// <param name="maxLength">The most steps that it may have in the end.</param>
    internal double BestReachable(double logProbability, int maxLength) => Score(logProbability, maxLength);

    /// <exception cref="ArgumentException">α is out of range.</exception>
    internal void Check()
    {
        if (Kind is not (LengthPenaltyKind.None or LengthPenaltyKind.Google or LengthPenaltyKind.Power))
        {
            throw new ArgumentException($"The length penalty {Kind} is not known, only None, Google and Power.");
        }

        if (Alpha is not (>= 0 and <= MaxAlpha))
        {
            throw new ArgumentException($"The length penalty's alpha is {Alpha}, it has to be in [0, {MaxAlpha}].");
        }
    }
}
