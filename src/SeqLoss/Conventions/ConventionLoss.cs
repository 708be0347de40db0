using System.Numerics.Tensors;

namespace SeqLoss;

/// <summary>A loss as a framework gives it: a number or an array, what it divided by, and what was counted.</summary>
public readonly record struct ConventionLoss
{
    /// <summary>The number, in nats where it is a cross-entropy; NaN where the framework gives NaN, and for arrays.</summary>
    public double Value { get; init; }

    /// <summary>The array in the framework's shape; <see langword="null"/> where the loss is a number.</summary>
    public Tensor<double>? Values { get; init; }

    /// <summary>
    /// What <see cref="LossSum.Sum"/> was divided by, or will be where the framework's trainer divides a sum (fairseq); NaN for arrays
    /// and macro averages.
    /// </summary>
    public double Divisor { get; init; }

    /// <summary>What was counted; merges with <c>+</c> where the framework's number does not.</summary>
    public LossSum Sum { get; init; }

    /// <summary>The number.</summary>
    /// <param name="loss">A loss that is a number.</param>
    public static implicit operator double(ConventionLoss loss) => loss.Value;

    /// <summary>The number; the same as <see cref="Value"/>.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public double ToDouble() => Value;
}
