using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>The most probable classes of each position, against sorting all of them.</summary>
public sealed class TopClassesTests
{
    private static readonly CrossEntropyOptions CappedOptions = new()
    {
        Layout = ScoreLayout.Nv,
        SoftCap = 5,
        Temperature = 0.7,
        LabelSmoothing = 0.3,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 4)]
    [InlineData(40, 40)]
    [InlineData(7000, 10)]
    public void Classes_AreThoseOfASort(int classes, int count)
    {
        ProjectionCase c = Capped(classes);
        AssertAreThoseOfASort(c, Run(c, CappedOptions, count), count);
    }

    /// <summary>In several chunks of rows.</summary>
    [OneDnnFact]
    public void OneDnn_ClassesOfRoundedOperands_AreThoseOfASort()
    {
        ProjectionCase c = Capped(classes: 7000);
        AssertAreThoseOfASort(c.Rounded(), Run(c, CappedOptions, 10, ProductPrecision.BFloat16, ProductLibrary.OneDnn), 10);
    }

    [Fact]
    public void Ties_GoToTheSmallerId()
    {
        ProjectionCase c = Of(tokens: 1, 2, 7, 7, 3, 7, 2, 7, 7);
        (int[] ids, double[] logProbs) = Run(c, new() { Layout = ScoreLayout.Nv }, 7);
        Assert.Equal([1, 2, 4, 6, 7, 3, 0], ids);
        Assert.Equal(logProbs[0], logProbs[4]);
    }

    [Fact]
    public void ImpossibleClasses_ComeLastWithMinusInfinity()
    {
        ProjectionCase c = Of(tokens: 1, double.NegativeInfinity, 1, double.NegativeInfinity);
        (int[] ids, double[] logProbs) = Run(c, new() { Layout = ScoreLayout.Nv }, 3);
        Assert.Equal([1, 0, 2], ids);
        Assert.Equal([0, double.NegativeInfinity, double.NegativeInfinity], logProbs);
    }

    [Fact]
    public void PositionWithoutNumbers_HasNoClasses()
    {
        ProjectionCase c = Of(tokens: 2, 1, 2, 3);
        c.Hidden[0] = double.NaN;
        (int[] ids, double[] logProbs) = Run(c, new() { Layout = ScoreLayout.Nv }, 2);
        Assert.Equal([-1, -1, 2, 1], ids);
        Assert.Equal([double.NaN, double.NaN], logProbs[..2]);
        Assert.True(double.IsFinite(logProbs[2]));
    }

    private static ProjectionCase Capped(int classes)
        => ProjectionCase.Of(RandomCases.Plain(1, 150, 1, classes) with { SoftCap = 5, Temperature = 0.7 }, 9, 3);

    private static void AssertAreThoseOfASort(ProjectionCase c, (int[] Ids, double[] LogProbs) answer, int count)
    {
        (CrossEntropyCase loss, (int[] ids, double[] logProbs)) = (c.Loss, answer);
        for (int token = 0; token < loss.Tokens; token++)
        {
            ReadOnlySpan<double> scores = loss.Scores.AsSpan(token * loss.Classes, loss.Classes);
            double[] gaps = CrossEntropyReference.NegativeLogProbabilities(loss, scores, out _);
            int[] sorted = [.. Enumerable.Range(0, loss.Classes).OrderBy(k => gaps[k]).ThenBy(k => k)];
            for (int i = 0; i < count; i++)
            {
                // Logits in float may change the order of classes that are as near as their rounding.
                double expected = -gaps[sorted[i]];
                Assert.Equal(expected, logProbs[(token * count) + i], 1e-5);
                Assert.Equal(expected, -gaps[ids[(token * count) + i]], 1e-5);
            }

            Assert.Equal(count, ids.AsSpan(token * count, count).ToArray().Distinct().Count());
        }
    }

    /// <summary>Logits that are the bias alone.</summary>
    private static ProjectionCase Of(int tokens, params double[] bias)
        => ProjectionCase.Of(RandomCases.Plain(1, tokens, 1, bias.Length), 1, 3) with { Vocabulary = new double[bias.Length], Bias = bias };

    private static (int[] Ids, double[] LogProbs) Run(
        ProjectionCase c,
        CrossEntropyOptions options,
        int count,
        ProductPrecision precision = ProductPrecision.AsGiven,
        ProductLibrary library = ProductLibrary.Managed)
    {
        int[] ids = new int[c.Loss.Tokens * count];
        double[] logProbs = new double[c.Loss.Tokens * count];
        new LinearCrossEntropy(new() { Loss = options, WorkspaceBytes = 6 << 20, Precision = precision }, library).TopClasses(
            new ReadOnlyTensorSpan<float>(Array.ConvertAll(c.Hidden, value => (float)value), [c.Loss.Tokens, c.Features]),
            new(new ReadOnlyTensorSpan<float>(Array.ConvertAll(c.Vocabulary, value => (float)value), [c.Loss.Classes, c.Features]))
            {
                Bias = Array.ConvertAll(c.Bias!, value => (float)value),
            },
            count,
            ids,
            logProbs);
        return (ids, logProbs);
    }
}
