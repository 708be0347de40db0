namespace SeqLoss.Tests.Reference;

/// <summary>How a case is handed to the library.</summary>
internal sealed record CallSettings
{
    public AxisOrder Order { get; init; } = AxisOrder.BatchTimeClass;

    public Storage Storage { get; init; } = Storage.Single;

    /// <summary>The storage of the gradient; <see langword="null"/>: that of the scores.</summary>
    public Storage? GradientStorage { get; init; }

    public Reduction Reduction { get; init; } = Reduction.Mean;

    public EmptyPolicy Empty { get; init; } = EmptyPolicy.Zero;

    public int? Threads { get; init; }

    /// <summary>In canonical order.</summary>
    public double[]? Upstream { get; init; }

    public bool WantsGradient { get; init; } = true;

    /// <summary>Whether the gradient overwrites the scores.</summary>
    public bool IsInPlace { get; init; }

    /// <summary>Whether ids are 64-bit.</summary>
    public bool AreIdsWide { get; init; }
}

/// <summary>What the library answered, in canonical order.</summary>
internal sealed record Outcome(LossSum Sum, double[] Reduced, double[] TokenLoss, double[] Gradient, byte[] GradientBytes)
{
    public double[] LogSumExp { get; init; } = [];

    public double[] Entropy { get; init; } = [];

    public int[] ArgMax { get; init; } = [];
}
