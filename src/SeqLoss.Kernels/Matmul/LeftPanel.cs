using System;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Matmul;

/// <summary>A few rows of A over one block of the depth, copied so that they stay in the first-level cache.</summary>
/// <remarks>Rows stay rows: the micro-kernel reads one value of each, at distances that are constants of its code.</remarks>
internal static class LeftPanel
{
    /// <summary>The rows of the tallest panel.</summary>
    public const int MostRows = 12;

    /// <summary>Floats from one row to the next; one cache line more than the block, so that rows fall into different cache sets.</summary>
    public const int Stride = RightMatrix.BlockDepth + 16;

    public const int Length = MostRows * Stride;

    /// <summary>Copies <c>left[0.., 0..]</c>.</summary>
    /// <param name="left">A, from the panel's first row and column on.</param>
    /// <param name="rowCount">The rows.</param>
    /// <param name="depth">The columns of A.</param>
    /// <param name="panel">The destination.</param>
    /// <param name="scratch">Where stored rows that are not float32 are widened; <see cref="Transposition.RowGroup"/> of them.</param>
    public static void Pack(in Matrix left, int rowCount, int depth, Span<float> panel, Span<float> scratch)
    {
        if (left.IsTransposed)
        {
            Transposition.Write(left, depth, rowCount, ref MemoryMarshal.GetReference(panel), Stride, scratch);
            return;
        }

        for (int row = 0; row < rowCount; row++)
        {
            Span<float> destination = panel.Slice(row * Stride, depth);
            ReadOnlySpan<float> source = left.StoredRow(row, depth, destination);
            source.CopyTo(destination);

            // The next panel's rows are far apart: no processor foresees them.
            Prefetch.Far(ref MemoryMarshal.GetReference(source), (nint)(rowCount * left.LeadingDimension), depth);
        }
    }
}
