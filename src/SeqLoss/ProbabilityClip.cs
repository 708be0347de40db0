namespace SeqLoss;

/// <summary>How probabilities are renormalised and clipped before their loss: p̂ = clamp(p/S, Min, Max).</summary>
/// <remarks>
/// <para>
/// S is the sum of the token's V probabilities where <see cref="Renormalize"/> is set, else 1. Loss, likelihood, entropy and argmax
/// are those of p̂. The gradient is with respect to p as stored: with g = ∂L/∂p̂ inside the bounds (both included) and 0 outside, it
/// is g, or (g − Σ g·p/S)/S where S is the sum.
/// </para>
/// <para>
/// S = 0 gives 0/0, a NaN loss. Where S is the sum, NaN in a counted row gives a NaN loss too; else it does on a class with target mass.
/// </para>
/// <para>
/// Keras 3 (NumPy backend) computes cross-entropy of probabilities with S the sum, Min = 1e-7, Max = 1 − 1e-7; its Kullback-Leibler
/// divergence with S = 1, Min = 1e-7, Max = 1 and clipped targets (keras/src/backend/numpy/nn.py, keras/src/losses/losses.py).
/// </para>
/// </remarks>
public sealed record ProbabilityClip
{
    /// <summary>The least p̂, at least 0 and below <see cref="Max"/>.</summary>
    public required double Min { get; init; }

    /// <summary>The greatest p̂; +∞ for no bound.</summary>
    public required double Max { get; init; }

    /// <summary>Whether S is the sum of the row.</summary>
    public bool Renormalize { get; init; }

    /// <summary>Whether target distributions are clamped to the same bounds, before smoothing and class weights; not for ids.</summary>
    public bool ClipTargets { get; init; }
}
