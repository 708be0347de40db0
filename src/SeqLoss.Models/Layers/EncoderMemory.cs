using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>What a decoder reads of the encoder: its output, or keys and values made of it.</summary>
/// <param name="features">Rows of features, one for each source step.</param>
/// <param name="grid">Which row is which step.</param>
/// <param name="lengths">The real source steps for each target.</param>
/// <param name="sequences">Which source each target reads; empty: its own.</param>
public readonly ref struct EncoderMemory(Variable features, RowGrid grid, ReadOnlySpan<int> lengths, ReadOnlySpan<int> sequences = default)
{
    /// <summary>Rows of features, one for each source step.</summary>
    public Variable Features { get; } = features;

    /// <summary>Which row is which step.</summary>
    public RowGrid Grid { get; } = grid;

    /// <summary>The real source steps for each target.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>Which source each target reads; empty: its own.</summary>
    public ReadOnlySpan<int> Sequences { get; } = sequences;
}
