using System;
using System.Numerics;
using System.Numerics.Tensors;

namespace SeqLoss.Kernels.Softmax;

/// <summary>How a row of probabilities is brought into bounds before its loss: p̂ = clamp(p/S, Min, Max).</summary>
/// <param name="Min">The least p̂.</param>
/// <param name="Max">The greatest p̂.</param>
/// <param name="Renormalizes">Whether S is the row's sum; else it is 1.</param>
/// <param name="ClipsTargets">Whether target distributions are clamped too, before anything else.</param>
internal readonly record struct RowClip(double Min, double Max, bool Renormalizes, bool ClipsTargets)
{
    /// <summary>Divides a row by its sum S, where it is renormalised.</summary>
    /// <returns>S.</returns>
    public T Renormalize<T>(Span<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Renormalizes)
        {
            return T.One;
        }

        T sum = TensorPrimitives.Sum<T>(row);
        TensorPrimitives.Divide(row, sum, row);
        return sum;
    }

    /// <summary>Brings values into the bounds; NaN stays NaN. The destination may be the values.</summary>
    public void Clamp<T>(ReadOnlySpan<T> values, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TensorPrimitives.Clamp(values, T.CreateTruncating(Min), T.CreateTruncating(Max), destination);

    /// <summary>
    /// Takes the gradient g with respect to p̂ back to p: g is 0 outside the bounds, then ∂L/∂p = (g − Σ g·p/S)/S where S is the sum.
    /// </summary>
    /// <param name="shares">p/S.</param>
    /// <param name="sum">S.</param>
    /// <param name="gradient">In: ∂L/∂p̂; out: ∂L/∂p.</param>
    public void Chain<T>(ReadOnlySpan<T> shares, T sum, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T min, T max) = (T.CreateTruncating(Min), T.CreateTruncating(Max));
        for (int i = 0; i < gradient.Length; i++)
        {
            // NaN is not outside: it goes on into the gradient.
            if (shares[i] < min || shares[i] > max)
            {
                gradient[i] = T.Zero;
            }
        }

        if (Renormalizes)
        {
            TensorPrimitives.Subtract(gradient, TensorPrimitives.Dot(gradient, shares), gradient);
            TensorPrimitives.Divide(gradient, sum, gradient);
        }
    }
}
