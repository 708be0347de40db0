using System;
using System.Numerics;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Planning;

/// <summary>Scores and labels copied with a mask of classes or with smoothing, for losses whose arguments these are.</summary>
/// <remarks>Storage of any type becomes <c>float</c> or <c>double</c>; the destination has as many elements as the source.</remarks>
internal static class TensorCopy
{
    /// <summary>Scores where the mask is true, the filler (−∞ for logits) elsewhere; NaN there is not copied.</summary>
    public static unsafe void Masked<T>(Scores scores, ReadOnlySpan<bool> mask, T filler, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckCount(scores.Shape, destination.Length);
        fixed (byte* address = scores)
        {
            NumberCopy.Masked(new(address, scores.Type), mask, filler, destination);
        }
    }

    /// <summary>Labels where the mask is true, 0 elsewhere.</summary>
    public static unsafe void Masked<T>(Targets labels, ReadOnlySpan<bool> mask, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckCount(labels.Shape, destination.Length);
        fixed (byte* address = labels)
        {
            NumberCopy.Masked(new(address, labels.Type), mask, T.Zero, destination);
        }
    }

    /// <summary>Labels smoothed over V classes, (1 − α)·y + α/V.</summary>
    public static unsafe void Smoothed<T>(Targets labels, double alpha, int classes, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckCount(labels.Shape, destination.Length);
        fixed (byte* address = labels)
        {
            NumberCopy.Smoothed(new(address, labels.Type), alpha, classes, destination);
        }
    }

    private static void CheckCount(TensorShape source, int count) => ArgumentOutOfRangeException.ThrowIfNotEqual(source.Count, count);
}
