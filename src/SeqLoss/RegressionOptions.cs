namespace SeqLoss;

/// <summary>How the error of continuous sequences is computed and reduced. Immutable.</summary>
public sealed record RegressionOptions
{
    /// <summary>The defaults: a mean over <c>[B, T, D]</c> of the mean over the features.</summary>
    public static RegressionOptions Default { get; } = new();

    /// <summary>The axis order of predictions and targets.</summary>
    public RegressionLayout Layout { get; init; } = RegressionLayout.Btd;

    /// <summary>The reduced value, and what the gradient is of.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>The value of a group in which nothing counts.</summary>
    public EmptyPolicy Empty { get; init; } = EmptyPolicy.Zero;

    /// <summary>Whether ℓ of a time step is the mean or the sum over its features.</summary>
    public FeatureReduction FeatureReduction { get; init; } = FeatureReduction.Mean;

    /// <summary>δ &gt; 0, where <see cref="Regression.Huber"/> turns from squared to absolute; used there alone.</summary>
    public double HuberDelta { get; init; } = 1;

    /// <summary>The most threads to use; <see langword="null"/>: one per processor. Results do not depend on it.</summary>
    public int? Threads { get; init; }
}
