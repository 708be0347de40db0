using System;
using System.Numerics;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Cross-entropy of probabilities that are clipped first (<see cref="RowClip"/>), one token at a time in every layout.</summary>
/// <remarks>A token's probabilities go through the row kernel from scratch; its gradient is chained on the way back.</remarks>
internal static class ClippedKernel<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes some tokens of one matrix <c>[V, Width]</c>; a row is a matrix of width 1.</summary>
    public static void Run(CrossEntropyWork work, int group, int firstColumn, int columnCount)
    {
        int width = work.Shape.Width;
        for (int column = firstColumn; column < firstColumn + columnCount; column++)
        {
            int token = work.FirstToken + (group * width) + column;
            long offset = work.Shape.Offset(group, 0) + column;
            bool counts = work.Tokens.Weight[token] != 0;
            if (counts)
            {
                RunToken(work, token, offset);
            }
            else
            {
                work.Tokens.SetNotCounted(token);
            }

            if (!work.Gradient.IsNull && !(counts && work.Tokens.Coefficient[token] != 0))
            {
                work.Gradient.Clear(offset, work.Shape.ClassCount, width);
            }
        }
    }

    private static void RunToken(CrossEntropyWork work, int token, long offset)
    {
        RowClip clip = work.Clip!.Value;
        int classes = work.Shape.ClassCount;
        int stride = work.Shape.Width;
        WorkerBuffers<T> scratch = WorkerBuffers<T>.OfThread;

        Span<T> shares = scratch.Get(ScratchSlot.Shares, classes);
        work.Scores.Load(offset, shares, stride);
        T sum = clip.Renormalize(shares);
        Span<T> clipped = scratch.Get(ScratchSlot.Scores, classes);
        clip.Clamp(shares, clipped);

        Span<T> distribution = default;
        if (!work.Distribution.IsNull)
        {
            distribution = scratch.Get(ScratchSlot.Distribution, classes);
            work.Distribution.Load(offset, distribution, stride);
            if (clip.ClipsTargets)
            {
                clip.Clamp(distribution, distribution);
            }
        }

        bool hasGradient = !work.Gradient.IsNull && work.Tokens.Coefficient[token] != 0;
        Span<T> gradient = hasGradient ? scratch.Get(ScratchSlot.Gradient, classes) : default;
        RowKernel<TLanes, T>.Compute(work.Terms, work.Tokens, token, clipped, distribution, gradient);
        if (hasGradient)
        {
            clip.Chain(shares, sum, gradient);
            work.Gradient.Store<T>(offset, gradient, stride);
        }
    }
}
