using System.Collections.Immutable;

namespace SeqLoss.Models.Decoding;

/// <summary>A target that a search wrote. Immutable.</summary>
public sealed class Hypothesis
{
    internal Hypothesis(ImmutableArray<int> tokens, double logProbability, double score, bool hasEnded)
    {
        Tokens = tokens;
        LogProbability = logProbability;
        Score = score;
        HasEnded = hasEnded;
    }

    /// <summary>Its ids without the end marker.</summary>
    public ImmutableArray<int> Tokens { get; }

    /// <summary>ln p(target | source) in nats: the sum over <see cref="Tokens"/>, and over the end marker if it has ended.</summary>
    public double LogProbability { get; }

    /// <summary>What hypotheses are compared by: <see cref="LogProbability"/> divided by the length penalty.</summary>
    public double Score { get; }

    /// <summary>Whether the end marker was written; otherwise the greatest length cut it off.</summary>
    public bool HasEnded { get; }

    /// <summary>n, the steps that <see cref="LogProbability"/> is a sum over.</summary>
    public int Length => Tokens.Length + (HasEnded ? 1 : 0);
}
