using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Writes stored rows as columns.</summary>
internal static class Transposition
{
    /// <summary>The stored rows that are read together.</summary>
    public const int RowGroup = 4;

    /// <summary><c>destination[c·stride + r] = stored[r, c]</c>.</summary>
    /// <param name="stored">The matrix; its own transposition does not matter.</param>
    /// <param name="rowCount">The stored rows.</param>
    /// <param name="columnCount">The stored columns.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="stride">Floats from one column's place to the next's.</param>
    /// <param name="scratch">Room for <see cref="RowGroup"/> widened rows.</param>
    public static void Write(in Matrix stored, int rowCount, int columnCount, ref float destination, nint stride, Span<float> scratch)
    {
        if (stored.Elements.Holds<float>())
        {
            ref float source = ref MemoryMarshal.GetReference(stored.StoredRow(0, columnCount, scratch));
            Write(ref source, (nint)stored.LeadingDimension, rowCount, columnCount, ref destination, stride);
            return;
        }

        for (int row = 0; row < rowCount; row += RowGroup)
        {
            int rows = Math.Min(RowGroup, rowCount - row);
            for (int i = 0; i < rows; i++)
            {
                stored.StoredRow(row + i, columnCount, scratch[(i * columnCount)..]);
            }

            Write(ref scratch[0], columnCount, rows, columnCount, ref Unsafe.Add(ref destination, row), stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(ref float source, nint sourceStride, int rowCount, int columnCount, ref float destination, nint stride)
    {
        int row = 0;
        for (; row <= rowCount - RowGroup; row += RowGroup)
        {
            ref float x = ref Unsafe.Add(ref source, row * sourceStride);
            ref float y = ref Unsafe.Add(ref destination, row);
            int column = 0;
            for (; Sse.IsSupported && column <= columnCount - Vector128<float>.Count; column += Vector128<float>.Count)
            {
                Vector128<float> v0 = Vector128.LoadUnsafe(ref x);
                Vector128<float> v1 = Vector128.LoadUnsafe(ref Unsafe.Add(ref x, sourceStride));
                Vector128<float> v2 = Vector128.LoadUnsafe(ref Unsafe.Add(ref x, 2 * sourceStride));
                Vector128<float> v3 = Vector128.LoadUnsafe(ref Unsafe.Add(ref x, 3 * sourceStride));

                // Pairs of rows interleaved, then pairs of pairs: each result is one column.
                Vector128<float> low01 = Sse.UnpackLow(v0, v1), low23 = Sse.UnpackLow(v2, v3);
                Vector128<float> high01 = Sse.UnpackHigh(v0, v1), high23 = Sse.UnpackHigh(v2, v3);
                Sse.MoveLowToHigh(low01, low23).StoreUnsafe(ref y);
                Sse.MoveHighToLow(low23, low01).StoreUnsafe(ref Unsafe.Add(ref y, stride));
                Sse.MoveLowToHigh(high01, high23).StoreUnsafe(ref Unsafe.Add(ref y, 2 * stride));
                Sse.MoveHighToLow(high23, high01).StoreUnsafe(ref Unsafe.Add(ref y, 3 * stride));
                x = ref Unsafe.Add(ref x, Vector128<float>.Count);
                y = ref Unsafe.Add(ref y, 4 * stride);
            }

            for (; column < columnCount; column++)
            {
                for (int i = 0; i < RowGroup; i++)
                {
                    Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i * sourceStride);
                }

                x = ref Unsafe.Add(ref x, 1);
                y = ref Unsafe.Add(ref y, stride);
            }
        }

        for (; row < rowCount; row++)
        {
            for (int column = 0; column < columnCount; column++)
            {
                Unsafe.Add(ref destination, (column * stride) + row) = Unsafe.Add(ref source, (row * sourceStride) + column);
            }
        }
    }
}
