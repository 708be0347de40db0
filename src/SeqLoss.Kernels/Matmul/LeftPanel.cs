using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Matmul;

/// <summary>A few rows of A over one block of the depth, copied so that they stay in the first-level cache.</summary>
/// <remarks>
/// Rows stay rows, and where A is transposed its stored rows, columns of A, stay beside each other: the micro-kernel reads one value of
/// each row at distances that are constants of its code.
/// </remarks>
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
    public static void Pack(in Matrix left, int rowCount, int depth, Span<float> panel)
    {
        if (left.IsTransposed)
        {
            PackColumns(left, rowCount, depth, panel);
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

    /// <summary>Copies columns of A, a few floats each, beside each other.</summary>
    private static void PackColumns(in Matrix left, int rowCount, int depth, Span<float> panel)
    {
        if (!left.Elements.Holds<float>())
        {
            for (int column = 0; column < depth; column++)
            {
                left.Elements.Load(column * left.LeadingDimension, panel.Slice(column * MostRows, rowCount));
            }

            return;
        }

        ref float source = ref MemoryMarshal.GetReference(left.StoredRow(0, rowCount, default));
        ref float destination = ref MemoryMarshal.GetReference(panel);
        nint stride = (nint)left.LeadingDimension;
        for (int column = 0; column < depth; column++)
        {
            if (rowCount == MostRows)
            {
                Vector256.LoadUnsafe(ref source).StoreUnsafe(ref destination);
                Vector128.LoadUnsafe(ref source, 8).StoreUnsafe(ref destination, 8);
            }
            else
            {
                for (int row = 0; row < rowCount; row++)
                {
                    Unsafe.Add(ref destination, row) = Unsafe.Add(ref source, row);
                }
            }

            source = ref Unsafe.Add(ref source, stride);
            destination = ref Unsafe.Add(ref destination, MostRows);
        }
    }
}
