using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Models.Operations;

/// <summary>One row of an LSTM's step, from a = W·x + b + U·h⁻ + d, four gates i, f, g, o side by side.</summary>
/// <remarks>i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o), c = f·c⁻ + i·g, h = o·tanh c.</remarks>
internal static class LstmGates
{
    /// <summary>Writes i, f, g, o in the place of a, and c and h.</summary>
    public static void Forward(Span<float> a, ReadOnlySpan<float> previousCell, Span<float> cell, Span<float> h)
    {
        int size = h.Length;
        Span<float> both = a[..(2 * size)];
        Span<float> g = a.Slice(2 * size, size);
        Span<float> o = a[(3 * size)..];
        TensorPrimitives.Sigmoid(both, both);
        TensorPrimitives.Tanh(g, g);
        TensorPrimitives.Sigmoid(o, o);
        TensorPrimitives.Multiply(both[size..], previousCell, cell);
        TensorPrimitives.MultiplyAdd(both[..size], g, cell, cell);
        TensorPrimitives.Tanh(cell, h);
        TensorPrimitives.Multiply(h, o, h);
    }

    /// <summary>Writes ∂L/∂a in the place of i, f, g, o, and ∂L/∂c⁻ in that of ∂L/∂c.</summary>
    /// <remarks>
    /// With e = ∂L/∂h, t = tanh c and k = ∂L/∂c + e·o·(1 − t²): ∂L/∂a_i = k·g·i(1 − i), ∂L/∂a_f = k·c⁻·f(1 − f),
    /// ∂L/∂a_g = k·i·(1 − g²), ∂L/∂a_o = e·t·o(1 − o), ∂L/∂c⁻ = k·f.
    /// </remarks>
    public static void Backward(
        Span<float> a, ReadOnlySpan<float> previousCell, ReadOnlySpan<float> cell, ReadOnlySpan<float> gradH, Span<float> gradCell)
    {
        int size = gradH.Length;
        Span<float> i = a[..size];
        Span<float> f = a.Slice(size, size);
        Span<float> g = a.Slice(2 * size, size);
        Span<float> o = a[(3 * size)..];
        Span<float> scratch = WorkerBuffers<float>.OfThread.Get(0, 3 * size);
        Span<float> tanh = scratch[..size];
        Span<float> product = scratch.Slice(size, size);
        Span<float> rest = scratch[(2 * size)..];

        TensorPrimitives.Tanh(cell, tanh);
        TensorPrimitives.Multiply(gradH, o, product);            // e·o
        TensorPrimitives.Multiply(tanh, tanh, rest);
        TensorPrimitives.Subtract(1, rest, rest);
        TensorPrimitives.MultiplyAdd(product, rest, gradCell, gradCell); // k
        TensorPrimitives.Subtract(1, o, o);
        TensorPrimitives.Multiply(o, product, o);
        TensorPrimitives.Multiply(o, tanh, o);                   // ∂L/∂a_o

        TensorPrimitives.Multiply(gradCell, i, product);         // k·i
        TensorPrimitives.Subtract(1, i, i);
        TensorPrimitives.Multiply(i, product, i);
        TensorPrimitives.Multiply(i, g, i);                      // ∂L/∂a_i
        TensorPrimitives.Multiply(g, g, g);
        TensorPrimitives.Subtract(1, g, g);
        TensorPrimitives.Multiply(g, product, g);                // ∂L/∂a_g

        TensorPrimitives.Multiply(gradCell, f, gradCell);        // ∂L/∂c⁻ = k·f
        TensorPrimitives.Subtract(1, f, f);
        TensorPrimitives.Multiply(f, gradCell, f);
        TensorPrimitives.Multiply(f, previousCell, f);           // ∂L/∂a_f
    }
}
