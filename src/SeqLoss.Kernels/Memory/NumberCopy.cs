using System;
using System.Numerics;
using System.Numerics.Tensors;

namespace SeqLoss.Kernels.Memory;

/// <summary>Copies of numbers that change each by itself.</summary>
internal static class NumberCopy
{
    /// <summary>Copies where the mask is true and writes the filler elsewhere, whatever is stored there.</summary>
    public static void Masked<T>(NumberBuffer source, ReadOnlySpan<bool> mask, T filler, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, destination.Length);
        source.Load(0, destination);
        for (int i = 0; i < mask.Length; i++)
        {
            destination[i] = mask[i] ? destination[i] : filler;
        }
    }

    /// <summary>(1 − α)·y + α/V.</summary>
    public static void Smoothed<T>(NumberBuffer source, double alpha, int classes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        source.Load(0, destination);
        TensorPrimitives.Multiply(destination, T.CreateTruncating(1 - alpha), destination);
        TensorPrimitives.Add(destination, T.CreateTruncating(alpha / classes), destination);
    }
}
