namespace SeqLoss;

/// <summary>How cross-entropy is computed and reduced. Immutable; the defaults are a plain token mean over <c>[B, T, V]</c>.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary>The defaults.</summary>
    public static CrossEntropyOptions Default { get; } = new();

    /// <summary>The axis order of the scores.</summary>
    public ScoreLayout Layout { get; init; } = ScoreLayout.Btv;

    /// <summary>The reduced value, and what the gradient is of.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>The value of a group in which nothing counts.</summary>
    public EmptyPolicy Empty { get; init; } = EmptyPolicy.Zero;

    /// <summary>ε in [0, 1]; 0 is no smoothing.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Which definition of label smoothing.</summary>
    public SmoothingKind Smoothing { get; init; } = SmoothingKind.All;

    /// <summary>The class that <see cref="SmoothingKind.OthersButPad"/> leaves out; only there.</summary>
    public int? PadIndex { get; init; }

    /// <summary>One weight per class, or <see langword="null"/> for 1 everywhere.</summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>Makes ℓ the Kullback-Leibler divergence from the smoothed targets, Σ q′·ln q′ − Σ q′·ln p, plus z·lse².</summary>
    /// <remarks>
    /// With 0·ln 0 = 0; 0 where p = q′. The gradient is that of the cross-entropy and
    /// <see cref="LossSum.NegativeLogLikelihood"/> does not change. The error is that of the cross-entropy. Not with class weights.
    /// A negative probability in a target distribution gives NaN.
    /// </remarks>
    public bool SubtractTargetEntropy { get; init; }

    /// <summary>Makes the gradient of logits softmax − a, as if the mass Σa of every target were 1, whatever it is.</summary>
    /// <remarks>
    /// TensorFlow's operation does so. For targets of mass 1 nothing changes; for others it is not the derivative of the loss.
    /// </remarks>
    public bool AssumeUnitMass { get; init; }

    /// <summary>z: adds z·lse² to each token loss (logits only); any finite number ≥ 0.</summary>
    public double ZLoss { get; init; }

    /// <summary>s &gt; 0: logits become s·tanh(x/s) first (logits only). <see langword="null"/>: no cap.</summary>
    /// <remarks>Rows are then computed in double, whatever they are stored as.</remarks>
    public double? SoftCap { get; init; }

    /// <summary>τ &gt; 0: logits, after the soft-cap, become x/τ (logits only).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Renormalises and clips probabilities first (probabilities only). <see langword="null"/>: they stay as they are.</summary>
    /// <remarks>Rows are then computed in double, whatever they are stored as.</remarks>
    public ProbabilityClip? Clip { get; init; }

    /// <summary>The most threads to use; <see langword="null"/>: one per processor. Results do not depend on it.</summary>
    public int? Threads { get; init; }
}
