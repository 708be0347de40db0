using System;
using System.Linq;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Matmul;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>The managed product against the definition in double, and against itself in every other way to compute it.</summary>
public sealed class MatrixProductTests
{
    private const int RandomCases = 300;

    private readonly MatrixProduct _product = new(ProductLibrary.Managed);

    public static TheoryData<string> Widths => ["512", "256", "128", "scalar"];

    [Theory]
    [MemberData(nameof(Widths))]
    public void RandomProducts_AreWithinTheirBound(string width)
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            ProductCase c = Case(seed);
            ProductChecks.AssertIsProduct(c, RunTiles(width, c));
        }
    }

    [Fact]
    public void OneThreadAndTwo_PackedAndNot_GiveTheSameBits()
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            ProductCase c = Case(seed);
            StoredMatrix alone = ProductChecks.Run(_product, c, threads: 1);
            ProductChecks.AssertSameBits(c, alone, ProductChecks.Run(_product, c, threads: 2));
            for (int threads = 1; threads <= 2; threads++)
            {
                StoredMatrix packed = c.NewResult();
                _product.Run(c.Task(packed) with { Right = c.Pack(threads) }, threads);
                ProductChecks.AssertSameBits(c, alone, packed);
            }
        }
    }

    /// <summary>What computes a vocabulary in pieces gets the logits of the whole.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parts_HaveTheBitsOfTheWhole(bool isPacked)
    {
        for (int layout = 0; layout < 4; layout++)
        {
            ProductCase c = ProductCase.Of(70, 200, 600, layout);
            RightMatrix right = isPacked ? c.Pack(1) : c.Right.Operand;
            StoredMatrix whole = ProductChecks.Run(_product, c, threads: 1);
            foreach ((int row, int rows, int column, int columns) in new[] { (3, 1, 0, 200), (13, 50, 64, 71), (69, 1, 192, 8) })
            {
                StoredMatrix part = new(rows, columns, false, 0, 0, false, (_, _) => float.NaN);
                _product.Run(
                    c.Task(part) with
                    {
                        Rows = rows,
                        Columns = columns,
                        Left = c.Left.Operand.From(row, 0),
                        Right = right.From(0, column),
                    },
                    1);
                ProductChecks.AssertSameBits(c, whole, part, row, column);
            }
        }
    }

    /// <summary>What sums over a vocabulary in pieces adds them up in the result.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PartsOfTheDepth_AddUp(bool isPacked)
    {
        ProductCase c = ProductCase.Of(30, 90, 700, 1);
        RightMatrix right = isPacked ? c.Pack(1) : c.Right.Operand;
        StoredMatrix result = c.NewResult();
        foreach ((int start, int depth) in new[] { (0, 256), (256, 256), (512, 188) })
        {
            _product.Run(
                c.Task(result) with
                {
                    Depth = depth,
                    Left = c.Left.Operand.From(0, start),
                    Right = right.From(start, 0),
                    Beta = start == 0 ? 0 : 1,
                },
                1);
        }

        ProductChecks.AssertSameBits(c, ProductChecks.Run(_product, c, threads: 1), result);
    }

    [Fact]
    public void PartOfAPackedBlock_IsThatPart()
    {
        ProductCase whole = ProductCase.Of(9, 70, 300, 2);
        StoredMatrix result = whole.NewResult();
        _product.Run(whole.Task(result) with { Depth = 100, Right = whole.Pack(1) }, 1);
        StoredMatrix expected = whole.NewResult();
        _product.Run(whole.Task(expected) with { Depth = 100 }, 1);
        ProductChecks.AssertSameBits(whole, expected, result);
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(0, 33)]
    public void PackedMatrix_IsCutAtItsBlocksOnly(int row, int column)
    {
        RightMatrix packed = ProductCase.Of(1, 70, 300, 0).Pack(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => packed.From(row, column));
    }

    [Fact]
    public void BFloat16Operands_AreMultipliedExactly()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            ProductCase c = Case(seed, isBFloat16: true);
            StoredMatrix result = ProductChecks.Run(_product, c, threads: 1);
            ProductChecks.AssertIsProduct(c, result);
            StoredMatrix packed = c.NewResult();
            _product.Run(c.Task(packed) with { Right = c.Pack(1) }, 2);
            ProductChecks.AssertSameBits(c, result, packed);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void NotANumber_ReachesItsRowOrColumnAlone(string width)
    {
        foreach (float special in new[] { float.NaN, float.PositiveInfinity })
        {
            for (int layout = 0; layout < 4; layout++)
            {
                ProductCase c = ProductCase.Of(26, 67, 300, layout);
                c.Left[13, 299] = special;
                c.Right[256, 66] = special;
                StoredMatrix result = RunTiles(width, c);
                for (int row = 0; row < c.Rows; row++)
                {
                    for (int column = 0; column < c.Columns; column++)
                    {
                        Assert.Equal(row != 13 && column != 66, float.IsFinite(result[row, column]));
                        Assert.Equal(double.IsNaN(c.Exact(row, column).Value), float.IsNaN(result[row, column]));
                    }
                }
            }
        }
    }

    [Fact]
    public void FactorZero_ReadsNeitherOperand()
    {
        StoredMatrix nothing = new(20, 20, false, 0, 0, false, (_, _) => float.NaN);
        ProductCase c = ProductCase.Of(20, 20, 20, 0) with { Left = nothing, Right = nothing, Alpha = 0, Beta = 2 };
        ProductChecks.AssertIsProduct(c, ProductChecks.Run(_product, c, threads: 1));
    }

    /// <summary>Every element of the result belongs to one tile, and small shapes are cut where there is work for more tiles.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(0)]
    public void Partition_CoversEachElementOnce(int threads)
    {
        TileLimits limits = threads == 0 ? TileLimits.OfLibrary : TileLimits.OfThreads(threads);
        int[] lengths = [1, 12, 31, 32, 33, 64, 255, 256, 257, 264, 265, 1000];
        foreach ((int rows, int columns) in lengths.SelectMany(rows => lengths.Select(columns => (rows, columns))))
        {
            ProductPartition partition = new(rows, columns, 256, limits);
            int[,] counts = new int[rows, columns];
            for (int tile = 0; tile < partition.TileCount; tile++)
            {
                (int firstRow, int firstColumn) = partition[tile];
                for (int row = firstRow; row < Math.Min(rows, firstRow + partition.RowsPerTile); row++)
                {
                    for (int column = firstColumn; column < Math.Min(columns, firstColumn + partition.ColumnsPerTile); column++)
                    {
                        counts[row, column]++;
                    }
                }
            }

            Assert.All(counts.Cast<int>(), count => Assert.Equal(1, count));
        }

        Assert.True(new ProductPartition(256, 256, 2048, limits).TileCount >= Math.Min(4, limits.FewestTiles));
        Assert.Equal(1, new ProductPartition(4, 32, 32, limits).TileCount);
    }

    private static ProductCase Case(int seed, bool isBFloat16 = false)
    {
        ProductCase c = ProductCase.Random(seed, isBFloat16);
        return c with { Beta = (seed / 4 % 3) switch { 0 => 0, 1 => 1, _ => -0.75f } };
    }

    private static StoredMatrix RunTiles(string width, ProductCase c) => width switch
    {
        "512" => ProductChecks.RunTiles<Vector512Lanes<float>>(c),
        "256" => ProductChecks.RunTiles<Vector256Lanes<float>>(c),
        "128" => ProductChecks.RunTiles<Vector128Lanes<float>>(c),
        _ => ProductChecks.RunTiles<ScalarLanes<float>>(c),
    };
}
