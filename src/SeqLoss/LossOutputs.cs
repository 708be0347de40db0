using System;

namespace SeqLoss;

/// <summary>What cross-entropy writes besides its sum, in the pass it makes anyway; empty spans are not wanted.</summary>
/// <remarks>Per-token spans have the order of the targets; positions that do not count get 0 (−1 in <see cref="ArgMax"/>).</remarks>
public readonly ref struct LossOutputs
{
    /// <summary>The reduced loss in nats: 1 element, <c>[B]</c>, <c>[T]</c>, or the shape of the unreduced loss.</summary>
    public Span<double> Reduced { get; init; }

    /// <summary>Wℓ of each token in nats, the terms of the sum; the shape of the unreduced loss.</summary>
    public Span<double> TokenLoss { get; init; }

    /// <summary>ln Σ e^u of each token's logits after soft-cap and temperature, in nats; logits only.</summary>
    public Span<double> LogSumExp { get; init; }

    /// <summary>−Σ p·ln p of each token's predicted distribution, in nats; cross-entropy only.</summary>
    public Span<double> Entropy { get; init; }

    /// <summary>The first class of the greatest score; −1 also where logits hold NaN or +∞; cross-entropy only.</summary>
    public Span<int> ArgMax { get; init; }
}
