using System;

namespace SeqLoss.Models.Decoding;

/// <summary>How targets are searched. Lengths are steps, the end marker included. Immutable.</summary>
public sealed record DecodingOptions
{
    /// <summary>The hypotheses that are followed at a time for each source, at least 1; 1 is greedy search.</summary>
    public int BeamSize { get; init; } = 1;

    /// <summary>The hypotheses that are returned for each source, in 1..<see cref="BeamSize"/>.</summary>
    public int NBest { get; init; } = 1;

    /// <summary>What makes hypotheses of different lengths comparable.</summary>
    public LengthPenalty LengthPenalty { get; init; }

    /// <summary>The fewest steps of a target, at least 1, which allows an empty one.</summary>
    public int MinLength { get; init; } = 1;

    /// <summary>The most steps of any target.</summary>
    public int MaxLength { get; init; } = 256;

    /// <summary>The most steps for each step of the source, to which <see cref="MaxLengthOffset"/> is added; at least 0.</summary>
    public double MaxLengthFactor { get; init; } = 2;

    /// <summary>The most steps beyond <see cref="MaxLengthFactor"/> times the source's, at least 0.</summary>
    public int MaxLengthOffset { get; init; } = 50;

    /// <summary>The most steps of a source, at least 1; a longer one is refused before it takes memory.</summary>
    /// <remarks>
    /// A Transformer remembers a number for each pair of steps of each source, head and layer: 64 MiB for one of each at 4096 steps.
    /// </remarks>
    public int MaxSourceLength { get; init; } = 4096;

    /// <summary>The most steps of a target of one source.</summary>
    /// <param name="sourceLength">The steps of the source.</param>
    /// <returns>⌊factor·source⌋ + offset, within the least and the most of any target.</returns>
    public int MaxLengthFor(int sourceLength)
        => (int)Math.Clamp(Math.Floor(MaxLengthFactor * sourceLength) + MaxLengthOffset, MinLength, MaxLength);

    /// <exception cref="ArgumentException">Options do not fit together; one sentence.</exception>
    internal void Check()
    {
        if (BeamSize < 1)
        {
            throw new ArgumentException($"The beam size is {BeamSize}, it has to be at least 1.");
        }

        if (NBest < 1 || NBest > BeamSize)
        {
            throw new ArgumentException($"The {NBest} best hypotheses are asked for, a beam of {BeamSize} gives 1..{BeamSize}.");
        }

        if (MinLength < 1 || MaxLength < MinLength)
        {
            throw new ArgumentException(
                $"Targets of {MinLength} to {MaxLength} steps are asked for: the least has to be at least 1, and the most no less.");
        }

        if (!(MaxLengthFactor >= 0 && double.IsFinite(MaxLengthFactor)) || MaxLengthOffset < 0)
        {
            throw new ArgumentException(
                $"Targets of up to {MaxLengthFactor} times the source and {MaxLengthOffset} steps are asked for: neither may be negative.");
        }

        if (MaxSourceLength < 1)
        {
            throw new ArgumentException($"Sources of at most {MaxSourceLength} steps are asked for, it has to be at least 1.");
        }

        LengthPenalty.Check();
    }
}
