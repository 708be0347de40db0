namespace SeqLoss;

/// <summary>How <see cref="LinearCrossEntropy"/> computes. Immutable.</summary>
public sealed record LinearCrossEntropyOptions
{
    /// <summary>The defaults.</summary>
    public static LinearCrossEntropyOptions Default { get; } = new();

    /// <summary>The loss of the logits, with the meaning that it has for <see cref="CrossEntropy.FromLogits"/>.</summary>
    /// <remarks>
    /// In the layout the features take the place of the classes: <see cref="ScoreLayout.Btv"/> is <c>[B, T, D]</c>,
    /// <see cref="ScoreLayout.Tbv"/> <c>[T, B, D]</c>, <see cref="ScoreLayout.Nv"/> <c>[N, D]</c>;
    /// <see cref="ScoreLayout.Bvt"/> does not apply.
    /// </remarks>
    public CrossEntropyOptions Loss { get; init; } = CrossEntropyOptions.Default;

    /// <summary>The precision of the operands of the products.</summary>
    public ProductPrecision Precision { get; init; } = ProductPrecision.AsGiven;

    /// <summary>τ ≥ 0: runs of 240 classes of a token whose every |∂ℓ/∂logit| is below it have no gradient; 0: no filter.</summary>
    /// <remarks>
    /// Without smoothing, class weights and z-loss |∂ℓ/∂logit| is |p − q|. What is dropped changes row v of the gradient of the
    /// vocabulary by less than τ·Σ|c|·‖hidden‖ over the dropped tokens, c their ∂(reduced loss)/∂ℓ, and a token's gradient of its
    /// hidden state by less than τ·|c|·Σ‖vocabulary row‖ over the dropped classes. Loss and gradient of the bias do not change. Rows
    /// of rare classes may get no gradient at all: for fine-tuning rather than training from nothing.
    /// </remarks>
    public double GradientFilter { get; init; }

    /// <summary>The most bytes of memory for logits and other rows, at least 6 MiB; 32 MiB.</summary>
    /// <remarks>
    /// As many counted tokens are computed at a time as have room: 4·V + 40·D bytes each in all but 4 MiB of it, at least one token.
    /// Results depend on it in their last digits.
    /// </remarks>
    public long WorkspaceBytes { get; init; } = 32 << 20;
}
