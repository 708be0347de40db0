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

    /// <summary>Floats from one panel to the next.</summary>
    public const int Length = MostRows * Stride;

    /// <summary>Copies a panel of rows of an A that is not transposed.</summary>
    /// <param name="left">A, from the panel's first row and column on.</param>
    /// <param name="rowCount">The rows.</param>
    /// <param name="depth">The columns of A.</param>
    /// <param name="panel">The destination.</param>
    public static void PackRows(in Matrix left, int rowCount, int depth, Span<float> panel)
    {
        for (int row = 0; row < rowCount; row++)
        {
            Span<float> destination = panel.Slice(row * Stride, depth);
            ReadOnlySpan<float> source = left.StoredRow(row, depth, destination);
            source.CopyTo(destination);

            // The next panel's rows are far apart: no processor foresees them.
            Prefetch.Far(ref MemoryMarshal.GetReference(source), (nint)(rowCount * left.LeadingDimension), depth);
        }
    }

    /// <summary>Copies all panels of columns of a transposed A.</summary>
    /// <remarks>
    /// All at once, because stored rows lie far apart, often a power of two: panel by panel their lines would take each other's place in
    /// the cache before the next panel reads the rest of them.
    /// </remarks>
    /// <param name="left">A, from the first panel's first row and column on.</param>
    /// <param name="rowCount">The rows of all panels.</param>
    /// <param name="panelRows">The rows of a panel.</param>
    /// <param name="depth">The columns of A.</param>
    /// <param name="panels">The destination, <see cref="Length"/> floats for each panel.</param>
    /// <param name="scratch">Where stored rows that are not float32 are widened, four of them.</param>
    public static void PackColumns(in Matrix left, int rowCount, int panelRows, int depth, Span<float> panels, Span<float> scratch)
    {
        for (int column = 0; column < depth; column += Transposition.RowGroup)
        {
            int columns = Math.Min(Transposition.RowGroup, depth - column);
            Matrix stored = left.From(0, column);
            ref float destination = ref panels[column * MostRows];
            if (left.Elements.Holds<float>())
            {
                ref float source = ref MemoryMarshal.GetReference(stored.StoredRow(0, rowCount, scratch));
                Distribute(ref source, (nint)left.LeadingDimension, columns, rowCount, panelRows, ref destination);
                continue;
            }

            for (int i = 0; i < columns; i++)
            {
                stored.StoredRow(i, rowCount, scratch[(i * rowCount)..]);
            }

            Distribute(ref scratch[0], rowCount, columns, rowCount, panelRows, ref destination);
        }
    }

    /// <summary>Copies a few columns, the floats of one panel after those of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distribute(
        ref float source, nint sourceStride, int columns, int rowCount, int panelRows, ref float destination)
    {
        for (int row = 0; row < rowCount; row += panelRows)
        {
            int rows = Math.Min(panelRows, rowCount - row);
            for (int column = 0; column < columns; column++)
            {
                ref float from = ref Unsafe.Add(ref source, (column * sourceStride) + row);
                ref float to = ref Unsafe.Add(ref destination, column * MostRows);
                if (rows == MostRows)
                {
                    Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to);
                    Vector128.LoadUnsafe(ref from, 8).StoreUnsafe(ref to, 8);
                }
                else
                {
                    for (int i = 0; i < rows; i++)
                    {
                        Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i);
                    }
                }
            }

            destination = ref Unsafe.Add(ref destination, Length);
        }
    }
}
