using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Models.Operations;

/// <summary>One row of a GRU's step, from a = W·x + b and u = U·h⁻ + d, each three gates r, z, n side by side.</summary>
/// <remarks>r = σ(a_r + u_r), z = σ(a_z + u_z), n = tanh(a_n + r·u_n), h = (1 − z)·n + z·h⁻.</remarks>
internal static class GruGates
{
    /// <summary>Writes r, z, n in the place of a, and h; u_n stays.</summary>
    public static void Forward(Span<float> a, ReadOnlySpan<float> u, ReadOnlySpan<float> previous, Span<float> h)
    {
        int size = h.Length;
        Span<float> both = a[..(2 * size)];
        TensorPrimitives.Add(both, u[..(2 * size)], both);
        TensorPrimitives.Sigmoid(both, both);
        ReadOnlySpan<float> r = a[..size];
        ReadOnlySpan<float> z = a.Slice(size, size);
        Span<float> n = a[(2 * size)..];
        TensorPrimitives.MultiplyAdd(r, u[(2 * size)..], n, n);
        TensorPrimitives.Tanh(n, n);
        TensorPrimitives.Subtract(previous, n, h);
        TensorPrimitives.MultiplyAdd(h, z, n, h);
    }

    /// <summary>Writes ∂L/∂a in the place of r, z, n and ∂L/∂u in that of u, and adds ∂L/∂h·z to <paramref name="gradPrevious"/>.</summary>
    /// <remarks>
    /// With e = ∂L/∂h: ∂L/∂a_z = e·(h⁻ − n)·z(1 − z); ∂L/∂a_n = e·(1 − z)·(1 − n²); ∂L/∂u_n = ∂L/∂a_n·r;
    /// ∂L/∂a_r = ∂L/∂a_n·u_n·r(1 − r); u_r and u_z have the gradients of a_r and a_z.
    /// </remarks>
    public static void Backward(
        Span<float> a, Span<float> u, ReadOnlySpan<float> previous, ReadOnlySpan<float> gradH, Span<float> gradPrevious)
    {
        int size = gradH.Length;
        Span<float> r = a[..size];
        Span<float> z = a.Slice(size, size);
        Span<float> n = a[(2 * size)..];
        Span<float> candidate = u[(2 * size)..];
        Span<float> scratch = WorkerBuffers<float>.OfThread.Get(0, 2 * size);
        Span<float> rest = scratch[..size];
        Span<float> product = scratch[size..];
        if (!gradPrevious.IsEmpty)
        {
            TensorPrimitives.MultiplyAdd(gradH, z, gradPrevious, gradPrevious);
        }

        TensorPrimitives.Subtract(1, z, rest);
        TensorPrimitives.Multiply(rest, gradH, rest);            // e(1 − z)
        TensorPrimitives.Subtract(previous, n, product);
        TensorPrimitives.Multiply(product, rest, product);
        TensorPrimitives.Multiply(product, z, z);                // ∂L/∂a_z
        TensorPrimitives.Multiply(n, n, n);
        TensorPrimitives.Subtract(1, n, n);
        TensorPrimitives.Multiply(n, rest, n);                   // ∂L/∂a_n
        TensorPrimitives.Multiply(n, candidate, product);
        TensorPrimitives.Multiply(n, r, candidate);              // ∂L/∂u_n
        TensorPrimitives.Multiply(product, r, product);
        TensorPrimitives.Subtract(1, r, r);
        TensorPrimitives.Multiply(product, r, r);                // ∂L/∂a_r
        a[..(2 * size)].CopyTo(u);
    }
}
