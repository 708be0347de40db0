using System;
using System.Numerics;

namespace SeqLoss;

/// <summary>Collects the losses of the micro-batches of one optimiser step and gives the one scale of their gradients.</summary>
/// <remarks>
/// <para>
/// Compute each micro-batch with <see cref="Reduction.Sum"/>, add up the gradients unscaled, and scale once at the end of the
/// window. The result is that of the whole batch at once, however unevenly tokens fall into micro-batches and however short the
/// last window is: the divisor is what was counted, not what was configured.
/// </para>
/// <code>
/// LossSum loss = CrossEntropy.FromLogits(logits, targets, weights, sum, gradient);   // sum: Reduction.Sum
/// accumulator.Add(loss);                                                             // … for each micro-batch
/// accumulator.ScaleGradient(parameterGradient);                                      // once per window
/// LossSum step = accumulator.Close();
/// </code>
/// </remarks>
public sealed class LossAccumulator
{
    /// <summary>Creates an accumulator.</summary>
    /// <param name="reduction">The scalar reduction of the whole window; see <see cref="LossSum.Divisor"/>.</param>
    /// <exception cref="LossOptionException">The reduction is an array, or needs more than a sum remembers.</exception>
    public LossAccumulator(Reduction reduction = Reduction.Mean)
    {
        _ = default(LossSum).Divisor(reduction);
        Reduction = reduction;
    }

    /// <summary>The reduction of the whole window.</summary>
    public Reduction Reduction { get; }

    /// <summary>The sum over the window so far.</summary>
    public LossSum Total { get; private set; }

    /// <summary>1 / divisor: what the sum of the gradients is multiplied by; 0 where nothing counted.</summary>
    public double GradientScale => Total.Divisor(Reduction) is var divisor && divisor == 0 ? 0 : 1 / divisor;

    /// <summary>Adds a micro-batch.</summary>
    /// <param name="loss">Its sum, computed with <see cref="Reduction.Sum"/>.</param>
    public void Add(LossSum loss) => Total += loss;

    /// <summary>Multiplies a summed gradient by <see cref="GradientScale"/>, in place.</summary>
    /// <typeparam name="T">The gradient's type.</typeparam>
    /// <param name="gradient">The sum of the gradients of the window's micro-batches, any shape.</param>
    public void ScaleGradient<T>(Span<T> gradient)
        where T : IFloatingPointIeee754<T>
    {
        double divisor = Total.Divisor(Reduction);
        if (divisor == 0)
        {
            gradient.Clear();
            return;
        }

        // In double, rounded once: a divisor of a Half would overflow.
        foreach (ref T value in gradient)
        {
            value = T.CreateTruncating(double.CreateTruncating(value) / divisor);
        }
    }

    /// <summary>Ends the window.</summary>
    /// <returns>Its sum; the next window starts at nothing.</returns>
    public LossSum Close()
    {
        LossSum total = Total;
        Total = default;
        return total;
    }
}
