using System;
using System.Numerics;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Brings runs of scores into the kernel's precision and applies the soft-cap s·tanh(x/s).</summary>
internal readonly struct ScoreReader<T>(double softCap)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads numbers as they are.</summary>
    public static ScoreReader<T> Plain => default;

    /// <summary>Whether there is a soft-cap.</summary>
    public bool Caps => softCap != 0;

    /// <summary>Whether scores of this buffer are used where they lie.</summary>
    public bool ReadsInPlace(NumberBuffer buffer) => softCap == 0 && buffer.Holds<T>();

    /// <summary>A run of scores: in place where storage allows, else converted into the scratch array.</summary>
    public ReadOnlySpan<T> Read(NumberBuffer buffer, long offset, int length, int slot)
    {
        if (ReadsInPlace(buffer))
        {
            return buffer.View<T>(offset, length);
        }

        Span<T> scratch = WorkerBuffers<T>.OfThread.Get(slot, length);
        ReadInto(buffer, offset, scratch);
        return scratch;
    }

    /// <summary>A run of scores, converted.</summary>
    public void ReadInto(NumberBuffer buffer, long offset, Span<T> destination)
    {
        buffer.Load(offset, destination);
        Cap(destination);
    }

    /// <summary>Applies the soft-cap, if there is one, in place.</summary>
    public void Cap(Span<T> destination)
    {
        if (softCap != 0)
        {
            T cap = T.CreateTruncating(softCap);
            TensorPrimitives.Divide(destination, cap, destination);
            TensorPrimitives.Tanh<T>(destination, destination);
            TensorPrimitives.Multiply(destination, cap, destination);
        }
    }

    /// <summary>Multiplies the gradient by d(s·tanh(x/s))/dx = 1 − (u/s)², u the capped scores; nothing without a soft-cap.</summary>
    public void ChainThroughSoftCap(ReadOnlySpan<T> capped, Span<T> gradient)
    {
        if (softCap == 0)
        {
            return;
        }

        T inverse = T.CreateTruncating(1 / softCap);
        for (int i = 0; i < gradient.Length; i++)
        {
            T tanh = capped[i] * inverse;
            gradient[i] *= (T.One - tanh) * (T.One + tanh);
        }
    }
}
