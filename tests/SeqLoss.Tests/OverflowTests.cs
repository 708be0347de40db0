using System;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Scores whose differences leave the range of a float where the answer does not.</summary>
public sealed class OverflowTests
{
    private static readonly CrossEntropyOptions Smoothed = new() { LabelSmoothing = 0.1 };

    public static TheoryData<ScoreLayout> Layouts => [ScoreLayout.Btv, ScoreLayout.Bvt];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void SmoothedLossOfHugeLogits_IsFinite(ScoreLayout layout)
    {
        // Σ a·(m − x) = 0.025·(2e38 + 2e38 + 1e38), as the first row is confident of its target.
        double loss = Loss(layout, [1e38f, -1e38f, -1e38f, 0], Smoothed);
        Assert.Equal(0.025 * 5e38, loss, 1e-5 * 1.25e37);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void SmoothedLossOfAFiniteMask_IsFinite(ScoreLayout layout)
    {
        double loss = Loss(layout, [1, 2, float.MinValue, float.MinValue], Smoothed);
        Assert.Equal(0.05 * float.MaxValue, loss, 1e-5 * 0.05 * float.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void WeightedDistributionOverTheWholeRange_HasAFiniteLoss(ScoreLayout layout)
    {
        // Two tokens alike: a = (0.5·1, 0.5·0.25), and the gap of the second class is 2·MaxValue, beyond a float.
        float[] scores = layout == ScoreLayout.Btv
            ? [float.MaxValue, float.MinValue, float.MaxValue, float.MinValue]
            : [float.MaxValue, float.MaxValue, float.MinValue, float.MinValue];
        LossSum loss = CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, [1, 2, 2]),
            new ReadOnlyTensorSpan<float>([0.5f, 0.5f, 0.5f, 0.5f], [1, 2, 2]),
            options: new() { Layout = layout, ClassWeights = ClassWeights.From([1.0, 0.25]) });
        Assert.Equal(0.125 * 2 * float.MaxValue, loss.Mean, 1e-5 * float.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void RowOfNegativeInfinity_HasAFiniteGradientUnderZLoss(ScoreLayout layout)
    {
        float[] gradient = new float[6];
        float[] scores = new float[6];
        Array.Fill(scores, float.NegativeInfinity);
        nint[] shape = layout == ScoreLayout.Btv ? [1, 2, 3] : [1, 3, 2];
        CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, shape),
            new ReadOnlyTensorSpan<int>([1, 1], [1, 2]),
            options: new() { Layout = layout, ZLoss = 1e-4, Reduction = Reduction.Sum },
            gradient: new TensorSpan<float>(gradient, shape));
        Assert.Equal(layout == ScoreLayout.Btv ? [0, -1, 0, 0, -1, 0] : [0, 0, -1, -1, 0, 0], gradient);
    }

    [Fact]
    public void SoftCappedTargetAtTheMaximum_HasNoGap()
    {
        const int Time = 16, Classes = 40;
        Random random = new(5);
        float[] scores = new float[Time * Classes];
        int[] targets = new int[Time];
        for (int t = 0; t < Time; t++)
        {
            targets[t] = random.Next(Classes);
            scores[(targets[t] * Time) + t] = 400 + (100 * random.NextSingle());
        }

        double[] losses = new double[Time];
        CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, [1, Classes, Time]),
            new ReadOnlyTensorSpan<int>(targets, [1, Time]),
            options: new() { Layout = ScoreLayout.Bvt, SoftCap = 30 },
            outputs: new() { TokenLoss = losses });
        for (int t = 0; t < Time; t++)
        {
            double capped = 30 * Math.Tanh(scores[(targets[t] * Time) + t] / 30.0);
            double expected = (Classes - 1) * Math.Exp(-capped);
            Assert.Equal(expected, losses[t], 1e-5 * expected);
        }
    }

    [Fact]
    public void ConfidentColumnsOfManyClasses_KeepFiveDigits()
    {
        const int Time = 16, Classes = 1024;
        float[] scores = new float[Time * Classes];
        for (int t = 0; t < Time; t++)
        {
            scores[(7 * Time) + t] = 17.4f;
        }

        int[] targets = new int[Time];
        Array.Fill(targets, 7);
        LossSum loss = CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, [1, Classes, Time]),
            new ReadOnlyTensorSpan<int>(targets, [1, Time]),
            options: new() { Layout = ScoreLayout.Bvt });
        double rest = (Classes - 1) * Math.Exp(-17.4f);
        double expected = Math.Log(1 + rest);
        Assert.Equal(expected, loss.Mean, 5e-6 * expected);
    }

    [Fact]
    public void NaNBesideTheGreatestProbability_DoesNotHideIt()
    {
        float[] probabilities = new float[64];
        (probabilities[0], probabilities[1], probabilities[16], probabilities[32]) = (0.9f, 0.1f, float.NaN, float.NaN);
        LossSum loss = CrossEntropy.FromProbabilities(
            new ReadOnlyTensorSpan<float>(probabilities, [1, 64]),
            new ReadOnlyTensorSpan<int>([0], [1]),
            options: new() { Layout = ScoreLayout.Nv });
        Assert.Equal(1, loss.Correct);
    }

    [Fact]
    public void BFloat16Gradient_IsRoundedOnce()
    {
        // 1 + 2⁻⁸ + 2⁻⁴⁰ is just above the middle between two BF16 numbers; on the way through a float it would fall onto it.
        ushort[] gradient = new ushort[1];
        Regression.SquaredError(
            new ReadOnlyTensorSpan<double>([0.5 * (1 + Math.ScaleB(1, -8) + Math.ScaleB(1, -40))], [1]),
            new ReadOnlyTensorSpan<double>([0], [1]),
            options: new() { Layout = RegressionLayout.N },
            gradient: new TensorSpan<ushort>(gradient, [1]));
        Assert.Equal(0x3f81, gradient[0]);
    }

    [Fact]
    public void HalfGradient_IsDividedByMoreThanAHalfHolds()
    {
        LossAccumulator accumulator = new();
        accumulator.Add(new LossSum { Sum = 1, Weight = 100_000 });
        Half[] gradient = [(Half)50_000];
        accumulator.ScaleGradient<Half>(gradient);
        Assert.Equal((Half)((double)(Half)50_000 / 100_000), gradient[0]);
    }

    /// <summary>The loss of two tokens with the same scores and target 0, as each of them.</summary>
    private static double Loss(ScoreLayout layout, float[] row, CrossEntropyOptions options)
    {
        float[] scores = new float[2 * row.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = row[layout == ScoreLayout.Btv ? i % row.Length : i / 2];
        }

        nint[] shape = layout == ScoreLayout.Btv ? [1, 2, row.Length] : [1, row.Length, 2];
        return CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, shape),
            new ReadOnlyTensorSpan<int>([0, 0], [1, 2]),
            options: options with { Layout = layout }).Mean;
    }
}
