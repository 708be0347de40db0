using System;
using System.Numerics.Tensors;

namespace SeqLoss.Models.Operations;

/// <summary>One row of an RNN's step: h = tanh a, with a = W·x + b + U·h⁻ + d.</summary>
internal static class RnnGates
{
    /// <summary>Writes h.</summary>
    public static void Forward(ReadOnlySpan<float> a, Span<float> h) => TensorPrimitives.Tanh(a, h);

    /// <summary>Writes ∂L/∂a = ∂L/∂h·(1 − h²).</summary>
    public static void Backward(ReadOnlySpan<float> h, ReadOnlySpan<float> gradH, Span<float> gradA)
    {
        TensorPrimitives.Multiply(h, h, gradA);
        TensorPrimitives.Subtract(1, gradA, gradA);
        TensorPrimitives.Multiply(gradA, gradH, gradA);
    }
}
