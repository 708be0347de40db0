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

    private const int FourGroups = 4 * RowGroup;

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

    private static void Write(ref float source, nint sourceStride, int rowCount, int columnCount, ref float destination, nint stride)
    {
        int row = 0;
        while (row < rowCount)
        {
            int rows = Avx512F.IsSupported && rowCount - row >= FourGroups ? FourGroups : Math.Min(RowGroup, rowCount - row);
            ref float x = ref Unsafe.Add(ref source, row * sourceStride);
            ref float y = ref Unsafe.Add(ref destination, row);
            int column = rows switch
            {
                FourGroups => WriteFourGroups(ref x, sourceStride, columnCount, ref y, stride),
                RowGroup when Sse.IsSupported => WriteGroup(ref x, sourceStride, columnCount, ref y, stride),
                _ => 0,
            };
            for (; column < columnCount; column++)
            {
                for (int i = 0; i < rows; i++)
                {
                    Unsafe.Add(ref y, (column * stride) + i) = Unsafe.Add(ref x, (i * sourceStride) + column);
                }
            }

            row += rows;
        }
    }

    /// <summary>Four rows, four columns at a time; gives the columns that are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WriteGroup(ref float x, nint sourceStride, int columnCount, ref float y, nint stride)
    {
        int column = 0;
        for (; column <= columnCount - Vector128<float>.Count; column += Vector128<float>.Count)
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
            y = ref Unsafe.Add(ref y, Vector128<float>.Count * stride);
        }

        return column;
    }

    /// <summary>Sixteen rows, four columns at a time, each written as one register; gives the columns that are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WriteFourGroups(ref float x, nint sourceStride, int columnCount, ref float y, nint stride)
    {
        int column = 0;
        for (; column <= columnCount - Vector128<float>.Count; column += Vector128<float>.Count)
        {
            Vector512<float> v0 = EveryFourthRow(ref x, sourceStride);
            Vector512<float> v1 = EveryFourthRow(ref Unsafe.Add(ref x, sourceStride), sourceStride);
            Vector512<float> v2 = EveryFourthRow(ref Unsafe.Add(ref x, 2 * sourceStride), sourceStride);
            Vector512<float> v3 = EveryFourthRow(ref Unsafe.Add(ref x, 3 * sourceStride), sourceStride);

            // As above in each of the four parts of the registers.
            Vector512<double> low01 = Avx512F.UnpackLow(v0, v1).AsDouble(), low23 = Avx512F.UnpackLow(v2, v3).AsDouble();
            Vector512<double> high01 = Avx512F.UnpackHigh(v0, v1).AsDouble(), high23 = Avx512F.UnpackHigh(v2, v3).AsDouble();
            Avx512F.UnpackLow(low01, low23).AsSingle().StoreUnsafe(ref y);
            Avx512F.UnpackHigh(low01, low23).AsSingle().StoreUnsafe(ref Unsafe.Add(ref y, stride));
            Avx512F.UnpackLow(high01, high23).AsSingle().StoreUnsafe(ref Unsafe.Add(ref y, 2 * stride));
            Avx512F.UnpackHigh(high01, high23).AsSingle().StoreUnsafe(ref Unsafe.Add(ref y, 3 * stride));
            x = ref Unsafe.Add(ref x, Vector128<float>.Count);
            y = ref Unsafe.Add(ref y, Vector128<float>.Count * stride);
        }

        return column;
    }

    /// <summary>Four columns of the rows 0, 4, 8 and 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourthRow(ref float x, nint stride)
    {
        Vector512<float> rows = Vector128.LoadUnsafe(ref x).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.LoadUnsafe(ref Unsafe.Add(ref x, 4 * stride)), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.LoadUnsafe(ref Unsafe.Add(ref x, 8 * stride)), 2);
        return Avx512F.InsertVector128(rows, Vector128.LoadUnsafe(ref Unsafe.Add(ref x, 12 * stride)), 3);
    }
}
