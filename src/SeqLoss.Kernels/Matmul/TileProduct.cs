using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>One tile of a product on one thread.</summary>
/// <remarks>
/// Loops from the outside in: blocks of the depth, with B's columns packed into the second-level cache, and A's rows where A is
/// transposed; panels of rows, which stay in the first; slivers of columns, streamed past the panel by the micro-kernel.
/// </remarks>
internal static class TileProduct<TLanes>
    where TLanes : struct, ILanes<TLanes, float>
{
    private const int SliverWidth = RightMatrix.SliverWidth;

    private static int PanelRows => TLanes.RegisterCount >= 32 ? 12 : 6;

    private static int MicroWidth => 2 * TLanes.Count;

    /// <summary>Computes <c>C[firstRow.., firstColumn..]</c>.</summary>
    public static void Run(in ProductTask task, int firstRow, int rowCount, int firstColumn, int columnCount)
    {
        int panelCount = task.Left.IsTransposed ? (rowCount + PanelRows - 1) / PanelRows : 1;
        TileScratch scratch = TileScratch.OfThread(
            panelCount, rowCount, columnCount, task.Right.IsPackedByTiles ? columnCount : SliverWidth);
        FillBias(task, firstColumn, columnCount, scratch.Bias);
        int depth = task.EffectiveDepth, start = 0;
        do
        {
            int blockDepth = Math.Min(RightMatrix.BlockDepth, depth - start);
            RightBlock right = RightBlock.Of(task.Right, start, blockDepth, firstColumn, columnCount, scratch);
            UpcomingLines ahead = new(UpcomingOf(task, start + blockDepth, firstRow + rowCount, firstColumn, columnCount));
            Matrix left = task.Left.From(firstRow, start);
            if (left.IsTransposed)
            {
                LeftPanel.PackColumns(left, rowCount, PanelRows, blockDepth, scratch.Panels, scratch.Wide);
            }

            for (int row = 0; row < rowCount; row += PanelRows)
            {
                int panelRows = Math.Min(PanelRows, rowCount - row);
                Span<float> panel = scratch.Panels;
                if (left.IsTransposed)
                {
                    panel = panel[(row / PanelRows * LeftPanel.Length)..];
                }
                else
                {
                    LeftPanel.PackRows(left.From(row, 0), panelRows, blockDepth, panel);
                }

                FillScale(task, firstRow + row, scratch.Scale[..panelRows]);
                MicroTile tile = new()
                {
                    Panel = ref MemoryMarshal.GetReference(panel),
                    IsLeftTransposed = left.IsTransposed,
                    Depth = blockDepth,
                    ResultStride = (nint)task.ResultStride,
                    Accumulates = start > 0 || task.Beta != 0,
                    Beta = start > 0 ? 1 : task.Beta,
                    IsPlain = task.Alpha == 1 && task.RowScale.IsNull && (start > 0 || task.Bias.IsNull),
                };
                long offset = ((long)(firstRow + row) * task.ResultStride) + firstColumn;
                RunPanel(ref tile, panelRows, columnCount, right, task.Result.From(offset), scratch, ref ahead);
            }

            scratch.Bias.Clear();
            start += RightMatrix.BlockDepth;
        }
        while (start < depth);
    }

    private static void RunPanel(
        ref MicroTile tile,
        int rowCount,
        int columnCount,
        scoped in RightBlock right,
        NumberBuffer result,
        scoped in TileScratch scratch,
        ref UpcomingLines ahead)
    {
        for (int column = 0; column < columnCount; column += SliverWidth)
        {
            tile.Right = ref right.Sliver(column / SliverWidth, out tile.RightStride);
            tile.Bias = ref scratch.Bias[column];
            ahead.Next(ref tile);
            int width = Math.Min(SliverWidth, columnCount - column);
            if (width == SliverWidth)
            {
                tile.Result = ref result.View<float>(column, 1)[0];
                RunSliver(ref tile, rowCount, width, scratch);
            }
            else
            {
                RunLastSliver(ref tile, rowCount, width, result.From(column), scratch);
            }
        }
    }

    /// <summary>A sliver that reaches beyond the last column: computed beside the result and copied there.</summary>
    private static void RunLastSliver(ref MicroTile tile, int rowCount, int width, NumberBuffer result, scoped in TileScratch scratch)
    {
        Span<float> edge = scratch.Edge;
        nint stride = tile.ResultStride;
        if (tile.Accumulates)
        {
            for (int row = 0; row < rowCount; row++)
            {
                result.View<float>(row * stride, width).CopyTo(edge[(row * SliverWidth)..]);
            }
        }

        tile.Result = ref MemoryMarshal.GetReference(edge);
        tile.ResultStride = SliverWidth;
        RunSliver(ref tile, rowCount, width, scratch);
        for (int row = 0; row < rowCount; row++)
        {
            edge.Slice(row * SliverWidth, width).CopyTo(result.View<float>(row * stride, width));
        }

        tile.ResultStride = stride;
    }

    private static void RunSliver(ref MicroTile tile, int rowCount, int width, scoped in TileScratch scratch)
    {
        ref float right = ref tile.Right;
        ref float bias = ref tile.Bias;
        ref float result = ref tile.Result;
        for (int column = 0; column < width; column += MicroWidth)
        {
            tile.Left = ref tile.Panel;
            tile.Scale = ref MemoryMarshal.GetReference(scratch.Scale);
            tile.Right = ref Unsafe.Add(ref right, column);
            tile.Bias = ref Unsafe.Add(ref bias, column);
            tile.Result = ref Unsafe.Add(ref result, column);
            if (tile.IsLeftTransposed)
            {
                RunRows<PanelOfColumns>(ref tile, rowCount);
            }
            else
            {
                RunRows<PanelOfRows>(ref tile, rowCount);
            }
        }
    }

    /// <summary>Two registers of columns, as many rows at a time as there are kernels for; moves the tile on.</summary>
    private static void RunRows<TOrder>(ref MicroTile tile, int rowCount)
        where TOrder : struct, IPanelOrder
    {
        int rows = rowCount;
        while (rows > 0)
        {
            int done;
            if (PanelRows == TwelveRows.Value && rows >= TwelveRows.Value)
            {
                MicroKernel<TLanes, TwelveRows, TOrder>.Run(tile);
                done = TwelveRows.Value;
            }
            else if (PanelRows == TwelveRows.Value && rows >= EightRows.Value)
            {
                MicroKernel<TLanes, EightRows, TOrder>.Run(tile);
                done = EightRows.Value;
            }
            else if (rows >= SixRows.Value)
            {
                MicroKernel<TLanes, SixRows, TOrder>.Run(tile);
                done = SixRows.Value;
            }
            else if (rows >= FourRows.Value)
            {
                MicroKernel<TLanes, FourRows, TOrder>.Run(tile);
                done = FourRows.Value;
            }
            else if (rows >= TwoRows.Value)
            {
                MicroKernel<TLanes, TwoRows, TOrder>.Run(tile);
                done = TwoRows.Value;
            }
            else
            {
                MicroKernel<TLanes, OneRow, TOrder>.Run(tile);
                done = OneRow.Value;
            }

            tile.Left = ref Unsafe.Add(ref tile.Left, done * TOrder.RowStride);
            tile.Scale = ref Unsafe.Add(ref tile.Scale, done);
            tile.Result = ref Unsafe.Add(ref tile.Result, done * tile.ResultStride);
            rows -= done;
        }
    }

    private static void FillBias(in ProductTask task, int firstColumn, int columnCount, Span<float> bias)
    {
        bias.Clear();
        if (!task.Bias.IsNull)
        {
            task.Bias.View<float>(firstColumn, columnCount).CopyTo(bias);
        }
    }

    private static void FillScale(in ProductTask task, int firstRow, Span<float> scale)
    {
        scale.Fill(task.Alpha);
        if (!task.RowScale.IsNull)
        {
            TensorPrimitives.Multiply(task.RowScale.View<float>(firstRow, scale.Length), task.Alpha, scale);
        }
    }

    /// <summary>What is read after a block of B: the next block, that of the next tile, or what the caller says.</summary>
    private static Upcoming UpcomingOf(in ProductTask task, int start, int nextRow, int firstColumn, int columnCount)
    {
        if (start >= task.EffectiveDepth && nextRow < task.Rows)
        {
            // The tile below reads these columns again, from their first block on.
            start = 0;
        }
        else if (start >= task.EffectiveDepth)
        {
            if (task.Upcoming.RowCount > 0 || firstColumn + columnCount >= task.Columns)
            {
                return task.Upcoming;
            }

            (start, firstColumn) = (0, firstColumn + columnCount);
        }

        int depth = Math.Min(RightMatrix.BlockDepth, task.EffectiveDepth - start);
        return task.Right.IsPacked
            ? default
            : Upcoming.Of(task.Right.Source.From(start, firstColumn), depth, Math.Min(columnCount, task.Columns - firstColumn));
    }
}
