using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using Xunit;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>oneDNN's products against the definition and the managed product.</summary>
public sealed class OneDnnTests
{
    private const int RandomCases = 100;

    private readonly MatrixProduct _managed = new(ProductLibrary.Managed);
    private readonly MatrixProduct _native = new(ProductLibrary.OneDnn);

    [OneDnnFact]
    public void RandomProducts_AreWithinTheBoundOfTheManagedOnes()
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            ProductCase c = Case(seed, isBFloat16: false);
            ProductChecks.AssertIsProduct(c, ProductChecks.Run(_native, c, threads: 2));
        }
    }

    [OneDnnFact]
    public void OneThreadAndTwo_PackedAndNot_GiveTheSameBits()
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            ProductCase c = Case(seed, isBFloat16: false);
            StoredMatrix alone = ProductChecks.Run(_native, c, threads: 1);
            ProductChecks.AssertSameBits(c, alone, ProductChecks.Run(_native, c, threads: 2));
            StoredMatrix packed = c.NewResult();
            _native.Run(c.Task(packed) with { Right = c.Pack(1) }, 1);
            ProductChecks.AssertSameBits(c, alone, packed);
        }
    }

    /// <summary>Where the processor has no such instructions, the managed product answers.</summary>
    [OneDnnFact]
    public void BFloat16Products_AreWithinTheBoundOfTheManagedOnes()
    {
        for (int seed = 0; seed < RandomCases; seed++)
        {
            ProductCase c = Case(seed, isBFloat16: true);
            ProductChecks.AssertIsProduct(c, ProductChecks.Run(_native, c, threads: 2));
        }
    }

    /// <summary>The seam takes what it is asked for, float32 or BF16, and never one for the other.</summary>
    [OneDnnFact]
    public void OperandsOfTwoTypes_AreLeftToTheManagedProduct()
    {
        OneDnn library = OneDnn.Instance!;
        Assert.True(library.Multiplies(ElementType.Float32, ElementType.Float32));
        Assert.False(library.Multiplies(ElementType.Float32, ElementType.BFloat16));
        Assert.False(library.Multiplies(ElementType.Float16, ElementType.Float16));
        ProductCase single = ProductCase.Of(20, 30, 40, 0), half = ProductCase.Of(20, 30, 40, 0, isBFloat16: true);
        ProductCase mixed = single with { Right = half.Right };
        ProductChecks.AssertSameBits(
            mixed, ProductChecks.Run(_managed, mixed, threads: 1), ProductChecks.Run(_native, mixed, threads: 1));
    }

    /// <summary>The tests of panels are skipped where there are none: they must not be for a probe that fails.</summary>
    [OneDnnFact]
    public void LibraryThatMultipliesBFloat16_PacksIt()
        => Assert.Equal(OneDnn.Instance!.MultipliesBFloat16, OneDnn.Instance.Panels is not null);

    [OneDnnFact]
    public void NotANumber_ReachesItsRowOrColumnAlone()
    {
        ProductCase c = ProductCase.Of(26, 67, 300, 0);
        c.Left[13, 299] = float.NaN;
        c.Right[256, 66] = float.NaN;
        StoredMatrix result = ProductChecks.Run(_native, c, threads: 1);
        for (int row = 0; row < c.Rows; row++)
        {
            for (int column = 0; column < c.Columns; column++)
            {
                Assert.Equal(row == 13 || column == 66, float.IsNaN(result[row, column]));
            }
        }
    }

    [OneDnnFact]
    public void Refusal_IsASentence()
    {
        ProductCase c = ProductCase.Of(4, 4, 4, 0);
        ProductTask task = c.Task(c.NewResult());
        Matrix tooNarrow = task.Left with { LeadingDimension = 1 };
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => _native.Run(task with { Left = tooNarrow }, 1));
        Assert.StartsWith("oneDNN refused to multiply [4, 4] by [4, 4] with its status ", refusal.Message, StringComparison.Ordinal);
    }

    private static ProductCase Case(int seed, bool isBFloat16)
    {
        ProductCase c = ProductCase.Random(seed, isBFloat16);
        return c with { Beta = (seed / 4 % 3) switch { 0 => 0, 1 => 1, _ => -0.75f } };
    }
}
