using System;
using System.Numerics.Tensors;

namespace SeqLoss;

/// <summary>Where the gradients of a <see cref="VocabularyProjection"/> go, and what flows in; what is not set is not wanted.</summary>
public readonly ref struct ProjectionGradients
{
    /// <summary>∂L/∂hidden, shaped as the hidden states; may be their own memory if they are <see cref="float"/>.</summary>
    public TensorSpan<float> Hidden { get; init; }

    /// <summary>∂L/∂vocabulary, <c>[V, D]</c>.</summary>
    public TensorSpan<float> Vocabulary { get; init; }

    /// <summary>∂L/∂bias, <c>[V]</c>.</summary>
    public Span<float> Bias { get; init; }

    /// <summary>Whether <see cref="Vocabulary"/> and <see cref="Bias"/> are added to, for micro-batches, or overwritten.</summary>
    public bool Accumulates { get; init; }

    /// <summary>∂L/∂(reduced loss) for reductions that are not scalars, in the shape of the reduced loss; empty for ones.</summary>
    public ReadOnlySpan<double> Upstream { get; init; }
}
