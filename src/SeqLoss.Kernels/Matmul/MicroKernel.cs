using System;
using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The innermost loop: a tile of the result stays in registers over one block of the depth.</summary>
/// <remarks>
/// Twelve rows of two registers keep 24 of 32 registers in sums, six rows 12 of 16; the others hold two registers of B and one value
/// of A, which is read once and multiplied twice. The sums are local variables because the JIT keeps nothing else in registers; rows
/// that <typeparamref name="TRows"/> does not have are compiled away. An element of the result is one chain of multiply-adds in the
/// order of the depth: its bits do not depend on the tile that it falls into.
/// </remarks>
internal static class MicroKernel<TLanes, TRows, TOrder>
    where TLanes : struct, ILanes<TLanes, float>
    where TRows : struct, IRowCount
    where TOrder : struct, IPanelOrder
{
    /// <summary>result = β·result + bias + scale·(A·B).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(scoped in MicroTile tile)
    {
        ref float a = ref tile.Left;
        ref float b = ref tile.Right;
        nint stride = tile.RightStride;

        // The result is needed at the end of the block: asked for now, it is there.
        for (int row = 0; row < TRows.Value; row++)
        {
            Prefetch.Near(ref tile.Result, row * tile.ResultStride);
            Prefetch.Near(ref tile.Result, (row * tile.ResultStride) + (2 * TLanes.Count) - 1);
        }

        RowSum<TLanes> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        RowSum<TLanes> r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
        ref float ahead = ref tile.Ahead;
        nint aheadStride = tile.AheadStride;
        for (int left = tile.Depth; left > 0; left -= MicroTile.StepsPerLine)
        {
            // Two rows of what is needed later, a line of each.
            Prefetch.Far(ref ahead, 0);
            Prefetch.Far(ref ahead, aheadStride);
            ahead = ref Unsafe.Add(ref ahead, MicroTile.LineLength);
            for (int depth = Math.Min(left, MicroTile.StepsPerLine); depth > 0; depth--)
            {
                Prefetch.Near(ref b, MicroTile.RowsAhead * stride);
                if (2 * TLanes.Count > MicroTile.LineLength)
                {
                    Prefetch.Near(ref b, (MicroTile.RowsAhead * stride) + MicroTile.LineLength);
                }

                TLanes low = TLanes.Load(ref b, 0);
                TLanes high = TLanes.Load(ref b, TLanes.Count);
                r0 = r0.MultiplyAdd(a, low, high);

                if (TRows.Value >= 2)
                {
                    r1 = r1.MultiplyAdd(Unsafe.Add(ref a, TOrder.RowStride), low, high);
                }

                if (TRows.Value >= 4)
                {
                    r2 = r2.MultiplyAdd(Unsafe.Add(ref a, 2 * TOrder.RowStride), low, high);
                    r3 = r3.MultiplyAdd(Unsafe.Add(ref a, 3 * TOrder.RowStride), low, high);
                }

                if (TRows.Value >= 6)
                {
                    r4 = r4.MultiplyAdd(Unsafe.Add(ref a, 4 * TOrder.RowStride), low, high);
                    r5 = r5.MultiplyAdd(Unsafe.Add(ref a, 5 * TOrder.RowStride), low, high);
                }

                if (TRows.Value >= 8)
                {
                    r6 = r6.MultiplyAdd(Unsafe.Add(ref a, 6 * TOrder.RowStride), low, high);
                    r7 = r7.MultiplyAdd(Unsafe.Add(ref a, 7 * TOrder.RowStride), low, high);
                }

                if (TRows.Value >= 12)
                {
                    r8 = r8.MultiplyAdd(Unsafe.Add(ref a, 8 * TOrder.RowStride), low, high);
                    r9 = r9.MultiplyAdd(Unsafe.Add(ref a, 9 * TOrder.RowStride), low, high);
                    r10 = r10.MultiplyAdd(Unsafe.Add(ref a, 10 * TOrder.RowStride), low, high);
                    r11 = r11.MultiplyAdd(Unsafe.Add(ref a, 11 * TOrder.RowStride), low, high);
                }

                a = ref Unsafe.Add(ref a, TOrder.DepthStride);
                b = ref Unsafe.Add(ref b, stride);
            }
        }

        // Read once: after a write to the result the tile would be read again.
        (bool isPlain, bool accumulates) = (tile.IsPlain, tile.Accumulates);
        r0.Write(tile, 0, isPlain, accumulates);

        if (TRows.Value >= 2)
        {
            r1.Write(tile, 1, isPlain, accumulates);
        }

        if (TRows.Value >= 4)
        {
            r2.Write(tile, 2, isPlain, accumulates);
            r3.Write(tile, 3, isPlain, accumulates);
        }

        if (TRows.Value >= 6)
        {
            r4.Write(tile, 4, isPlain, accumulates);
            r5.Write(tile, 5, isPlain, accumulates);
        }

        if (TRows.Value >= 8)
        {
            r6.Write(tile, 6, isPlain, accumulates);
            r7.Write(tile, 7, isPlain, accumulates);
        }

        if (TRows.Value >= 12)
        {
            r8.Write(tile, 8, isPlain, accumulates);
            r9.Write(tile, 9, isPlain, accumulates);
            r10.Write(tile, 10, isPlain, accumulates);
            r11.Write(tile, 11, isPlain, accumulates);
        }
    }
}
