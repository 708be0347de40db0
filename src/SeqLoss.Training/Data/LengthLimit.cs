using System;

namespace SeqLoss.Training.Data;

/// <summary>How long the sequences of a corpus may be, in tokens with the end, and what becomes of longer ones.</summary>
public sealed record LengthLimit
{
    /// <summary>The longest source sequence, in tokens.</summary>
    public int MaxSourceLength { get; init; } = 256;

    /// <summary>The longest target sequence, in tokens.</summary>
    public int MaxTargetLength { get; init; } = 256;

    /// <summary>What becomes of a pair with a longer sequence.</summary>
    public LongSequences LongSequences { get; init; } = LongSequences.Drop;

    /// <summary>The share of pairs that may be dropped or truncated, 0 to 1; more means that the limit is a mistake.</summary>
    public double MaxAffectedShare { get; init; } = 0.01;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSourceLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTargetLength, 1);
        if (!(MaxAffectedShare is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxAffectedShare), MaxAffectedShare, "A share is between 0 and 1.");
        }
    }
}
