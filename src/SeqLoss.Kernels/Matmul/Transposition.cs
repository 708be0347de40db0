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
        int row = 0;
        for (; row <= rowCount - RowGroup; row += RowGroup)
        {
            WriteFour(
                stored.StoredRow(row, columnCount, scratch),
                stored.StoredRow(row + 1, columnCount, scratch[columnCount..]),
                stored.StoredRow(row + 2, columnCount, scratch[(2 * columnCount)..]),
                stored.StoredRow(row + 3, columnCount, scratch[(3 * columnCount)..]),
                ref Unsafe.Add(ref destination, row),
                stride);
        }

        for (; row < rowCount; row++)
        {
            ReadOnlySpan<float> values = stored.StoredRow(row, columnCount, scratch);
            for (int column = 0; column < values.Length; column++)
            {
                Unsafe.Add(ref destination, (column * stride) + row) = values[column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteFour(
        ReadOnlySpan<float> row0,
        ReadOnlySpan<float> row1,
        ReadOnlySpan<float> row2,
        ReadOnlySpan<float> row3,
        ref float destination,
        nint stride)
    {
        ref float x0 = ref MemoryMarshal.GetReference(row0);
        ref float x1 = ref MemoryMarshal.GetReference(row1);
        ref float x2 = ref MemoryMarshal.GetReference(row2);
        ref float x3 = ref MemoryMarshal.GetReference(row3);
        int column = 0;
        if (Sse.IsSupported)
        {
            for (; column <= row0.Length - Vector128<float>.Count; column += Vector128<float>.Count)
            {
                Vector128<float> v0 = Vector128.LoadUnsafe(ref x0, (nuint)column);
                Vector128<float> v1 = Vector128.LoadUnsafe(ref x1, (nuint)column);
                Vector128<float> v2 = Vector128.LoadUnsafe(ref x2, (nuint)column);
                Vector128<float> v3 = Vector128.LoadUnsafe(ref x3, (nuint)column);

                // Pairs of rows interleaved, then pairs of pairs: each result is one column.
                Vector128<float> low01 = Sse.UnpackLow(v0, v1), low23 = Sse.UnpackLow(v2, v3);
                Vector128<float> high01 = Sse.UnpackHigh(v0, v1), high23 = Sse.UnpackHigh(v2, v3);
                Sse.MoveLowToHigh(low01, low23).StoreUnsafe(ref destination);
                Sse.MoveHighToLow(low23, low01).StoreUnsafe(ref Unsafe.Add(ref destination, stride));
                Sse.MoveLowToHigh(high01, high23).StoreUnsafe(ref Unsafe.Add(ref destination, 2 * stride));
                Sse.MoveHighToLow(high23, high01).StoreUnsafe(ref Unsafe.Add(ref destination, 3 * stride));
                destination = ref Unsafe.Add(ref destination, 4 * stride);
            }
        }

        for (; column < row0.Length; column++)
        {
            Vector128.Create(row0[column], row1[column], row2[column], row3[column]).StoreUnsafe(ref destination);
            destination = ref Unsafe.Add(ref destination, stride);
        }
    }
}
