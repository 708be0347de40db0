using System;
using System.Collections.Generic;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>BF16 products on packed panels against the definition, of operands rounded here in another way.</summary>
public sealed class PanelProductTests
{
    private const int RandomCases = 150;
    private const int Margin = 64;

    /// <summary>Whole panels, several of them, last ones of every kind; depths within and beyond a block of the library.</summary>
    private static readonly (int Rows, int Columns, int Depth)[] Shapes =
    [
        (1, 1, 1), (1, 300, 40), (128, 512, 96), (256, 256, 256), (257, 513, 33), (600, 130, 70), (31, 97, 2500), (63, 1030, 64),
        (65, 129, 513),
    ];

    private readonly List<float[]> _storages = [];

    private static PanelProduct Panels => new MatrixProduct(ProductLibrary.OneDnn).Panels!;

    [PanelFact]
    public void RandomProducts_AreThoseOfTheRoundedOperands()
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            AssertIsRight(Case(ProductCase.Random(seed, isBFloat16: seed % 3 == 0), seed));
        }
    }

    [PanelFact]
    public void ProductsOfEveryKindOfPanel_AreThoseOfTheRoundedOperands()
    {
        foreach ((int rows, int columns, int depth) in Shapes)
        {
            StoredMatrix bias = ProductCase.Of(1, 1, columns, 0).Left;
            for (int seed = 0; seed < 4; seed++)
            {
                ProductCase c = ProductCase.Of(rows, columns, depth, seed) with { Bias = seed % 2 == 0 ? bias : null };
                AssertIsRight(Case(c, 4 * seed));
            }
        }
    }

    [PanelFact]
    public void OneThreadAndTwo_PackedBeforeAndNot_GiveTheSameBits()
    {
        foreach ((int rows, int columns, int depth) in Shapes)
        {
            ProductCase c = Case(ProductCase.Of(rows, columns, depth, 3), seed: 4);
            StoredMatrix alone = Run(c, threads: 1);
            ProductChecks.AssertSameBits(c, alone, Run(c, threads: 2));
            ProductChecks.AssertSameBits(c, alone, Run(c, threads: 2, packsBefore: true));
        }
    }

    /// <summary>What is packed does not depend on the other operand: recurrent weights serve batches of any size.</summary>
    [PanelFact]
    public void PackedOnce_MultipliesOthersOfAnySize()
    {
        ProductCase largest = ProductCase.Of(300, 200, 150, 0);
        RightMatrix packed = Pack(largest);
        foreach (int rows in new[] { 1, 2, 31, 64, 255, 300 })
        {
            ProductCase c = ProductCase.Of(rows, 200, 150, 0) with { Right = largest.Right };
            ProductChecks.AssertIsProduct(Rounded(c), Run(c, threads: 2, packed));
        }
    }

    [PanelFact]
    public void GivenAsBFloat16_HasTheBitsOfRoundedFloats()
    {
        ProductCase floats = ProductCase.Of(140, 270, 90, 1), halves = Rounded(floats);
        ProductChecks.AssertSameBits(floats, Run(halves, threads: 2), Run(floats, threads: 2));
    }

    [PanelFact]
    public void NotANumber_ReachesItsRowOrColumnAlone()
    {
        ProductCase c = ProductCase.Of(80, 300, 70, 0);
        c.Left[66, 69] = float.NaN;
        c.Right[0, 299] = float.NaN;
        StoredMatrix result = Run(c, threads: 2);
        for (int row = 0; row < c.Rows; row++)
        {
            for (int column = 0; column < c.Columns; column++)
            {
                Assert.Equal(row == 66 || column == 299, float.IsNaN(result[row, column]));
            }
        }
    }

    [Fact]
    public void ComputesNothingEmpty_NorScaled()
    {
        ProductCase c = ProductCase.Of(4, 4, 4, 0);
        ProductTask task = c.Task(c.NewResult());
        Assert.True(PanelProduct.Computes(task));
        Assert.False(PanelProduct.Computes(task with { Rows = 0 }));
        Assert.False(PanelProduct.Computes(task with { Columns = 0 }));
        Assert.False(PanelProduct.Computes(task with { Depth = 0 }));
        Assert.False(PanelProduct.Computes(task with { Alpha = 2 }));
        Assert.False(PanelProduct.Computes(task with { RowScale = c.Left.Buffer }));
    }

    /// <summary>A case that panels compute: α = 1 and no factors of rows, every β.</summary>
    private static ProductCase Case(ProductCase c, int seed)
        => c with { Alpha = 1, RowScale = null, Beta = (seed / 4 % 3) switch { 0 => 0, 1 => 1, _ => -0.75f } };

    private void AssertIsRight(ProductCase c)
    {
        if (c.Rows > 0 && c.Columns > 0 && c.Depth > 0)
        {
            ProductChecks.AssertIsProduct(Rounded(c), Run(c, threads: 2));
        }
    }

    private StoredMatrix Run(ProductCase c, int threads, bool packsBefore) => Run(c, threads, packsBefore ? Pack(c) : c.Right.Operand);

    private StoredMatrix Run(ProductCase c, int threads) => Run(c, threads, c.Right.Operand);

    private StoredMatrix Run(ProductCase c, int threads, RightMatrix right)
    {
        PanelProduct panels = Panels;
        StoredMatrix result = c.NewResult();
        long length = panels.StorageLength(c.Rows, right.HasPanels ? 0 : c.Columns, c.Depth);
        NumberBuffer storage = Storage(length, out Memory<float> behind);
        panels.Run(c.Task(result) with { Right = right }, storage, threads);
        AssertIsUntouched(behind);
        return result;
    }

    private RightMatrix Pack(ProductCase c)
    {
        long length = Panels.PackedLength(c.Depth, c.Columns);
        NumberBuffer storage = Storage(length, out Memory<float> behind);
        RightMatrix packed = Panels.Pack(c.Right.Operand, c.Depth, c.Columns, storage, threads: 2);
        AssertIsUntouched(behind);
        return packed;
    }

    /// <summary>Room from a cache line on, all NaN, and what lies directly behind it.</summary>
    private unsafe NumberBuffer Storage(long length, out Memory<float> behind)
    {
        float[] memory = GC.AllocateArray<float>((int)length + (2 * Margin), pinned: true);
        _storages.Add(memory);
        Array.Fill(memory, float.NaN);
        fixed (float* address = memory)
        {
            NumberBuffer storage = new NumberBuffer(address, ElementType.Float32).FromCacheLine();
            behind = memory.AsMemory((int)(storage.Address<float>() - address) + (int)length);
            return storage;
        }
    }

    private static void AssertIsUntouched(Memory<float> behind)
        => Assert.True(behind.Span.IndexOfAnyExcept(float.NaN) < 0, "Panels were written beyond their storage.");

    /// <summary>The same case with operands rounded to BF16, by arithmetic.</summary>
    private static ProductCase Rounded(ProductCase c) => c with { Left = Rounded(c.Left), Right = Rounded(c.Right) };

    private static StoredMatrix Rounded(StoredMatrix matrix)
        => new(matrix.Rows, matrix.Columns, matrix.IsTransposed, 0, 0, isBFloat16: true, (row, column) => Rounded(matrix[row, column]));

    private static float Rounded(float value)
    {
        if (value == 0)
        {
            return value;
        }

        double unit = Math.ScaleB(1, (int)Math.Floor(Math.Log2(Math.Abs(value))) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }
}
