using System;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Matmul;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>What every way to compute a product is held to.</summary>
internal static class ProductChecks
{
    private const double RoundingUnit = 1.0 / (1 << 24);

    /// <summary>Every element within the bound of its own chain of sums, and nothing written outside.</summary>
    public static void AssertIsProduct(ProductCase c, StoredMatrix result)
    {
        // A chain over one block of the depth, then one addition a block, then scale, bias and β.
        double roundings = Math.Min(c.Depth, RightMatrix.BlockDepth) + ((double)c.Depth / RightMatrix.BlockDepth) + 4;
        for (int row = 0; row < c.Rows; row++)
        {
            for (int column = 0; column < c.Columns; column++)
            {
                (double exact, double magnitude) = c.Exact(row, column);
                double error = Math.Abs(result[row, column] - exact);
                Assert.True(
                    error <= roundings * RoundingUnit * magnitude,
                    $"{c}: C[{row}, {column}] is {result[row, column]}, not {exact}; magnitudes {magnitude}");
            }
        }

        Assert.Equal(0, result.CountWrittenOutside());
    }

    public static void AssertSameBits(ProductCase c, StoredMatrix expected, StoredMatrix actual, int firstRow = 0, int firstColumn = 0)
    {
        for (int row = 0; row < actual.Rows; row++)
        {
            for (int column = 0; column < actual.Columns; column++)
            {
                float a = expected[firstRow + row, firstColumn + column], b = actual[row, column];
                Assert.True(
                    BitConverter.SingleToUInt32Bits(a) == BitConverter.SingleToUInt32Bits(b),
                    $"{c}: C[{firstRow + row}, {firstColumn + column}] is {a:R} and {b:R}");
            }
        }
    }

    /// <summary>The product at one lane width, tile by tile.</summary>
    public static StoredMatrix RunTiles<TLanes>(ProductCase c)
        where TLanes : struct, ILanes<TLanes, float>
    {
        StoredMatrix result = c.NewResult();
        ProductTask task = c.Task(result);
        if (c.Rows == 0 || c.Columns == 0)
        {
            return result;
        }

        ProductPartition partition = new(c.Rows, c.Columns, task.EffectiveDepth, TileLimits.OfThreads(8));
        for (int tile = 0; tile < partition.TileCount; tile++)
        {
            (int row, int column) = partition[tile];
            TileProduct<TLanes>.Run(
                task,
                row,
                Math.Min(partition.RowsPerTile, c.Rows - row),
                column,
                Math.Min(partition.ColumnsPerTile, c.Columns - column));
        }

        return result;
    }

    /// <summary>The product as a caller computes it.</summary>
    public static StoredMatrix Run(MatrixProduct product, ProductCase c, int threads)
    {
        StoredMatrix result = c.NewResult();
        product.Run(c.Task(result), threads);
        return result;
    }
}
