using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Infinite, huge, tiny and confident scores, whose losses are known without a reference.</summary>
public sealed class ExtremeScoreTests
{
    private const double NegativeInfinity = double.NegativeInfinity;

    public static TheoryData<string> Orders => ["BatchTimeClass", "BatchClassTime", "Rows"];

    /// <summary>Online maxima that start at −∞ make NaN of a first block that is −∞ throughout.</summary>
    [Theory]
    [InlineData("Rows", "Single", 50_000)]
    [InlineData("BatchClassTime", "Single", 50_000)]
    [InlineData("Rows", "Double", 99_999)]
    [InlineData("BatchClassTime", "Double", 99_999)]
    [InlineData("Rows", "BFloat16", 1)]
    public void AllButOneClassNegativeInfinite_IsCertain(string orderName, string storageName, int finite)
    {
        const int Classes = 100_000;
        double[] scores = [.. Enumerable.Repeat(NegativeInfinity, Classes)];
        scores[finite] = 10;
        CrossEntropyCase c = Row(scores, finite);
        CallSettings settings = new() { Order = Enum.Parse<AxisOrder>(orderName), Storage = Enum.Parse<Storage>(storageName) };
        Outcome certain = CrossEntropyCall.Run(c, settings);
        Assert.Equal(0, certain.Sum.Sum);
        Assert.All(certain.Gradient, g => Assert.Equal(0, g));
        Assert.Equal((finite, 10, 0), (certain.ArgMax[0], certain.LogSumExp[0], certain.Entropy[0]));

        Outcome impossible = CrossEntropyCall.Run(c with { Ids = [7] }, settings);
        Assert.Equal(double.PositiveInfinity, impossible.Sum.Sum);
        Assert.Equal((-1.0, 1.0), (impossible.Gradient[7], impossible.Gradient[finite]));
        Assert.Equal(2, impossible.Gradient.Count(g => g != 0));
    }

    /// <summary>Such a row has no distribution; its target is still a logit of −∞, so the loss is +∞ and the gradient finite.</summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public void RowsOfNegativeInfinityAlone_HaveAnInfiniteLossAndAFiniteGradient(string orderName)
    {
        CrossEntropyCase c = Row([NegativeInfinity, NegativeInfinity, NegativeInfinity], 1);
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(orderName) });
        Assert.Equal(double.PositiveInfinity, outcome.Sum.Sum);
        Assert.All(outcome.Gradient, g => Assert.True(double.IsFinite(g)));
    }

    [Theory]
    [InlineData(SmoothingKind.All, -1, double.PositiveInfinity)]
    [InlineData(SmoothingKind.Others, -1, double.PositiveInfinity)]
    [InlineData(SmoothingKind.OthersButPad, 0, double.PositiveInfinity)]
    [InlineData(SmoothingKind.OthersButPad, 3, 0)]
    public void SmoothingOverANegativeInfiniteLogit_IsInfiniteUnlessItIsThePad(SmoothingKind smoothing, int pad, double expected)
    {
        // Class 3 has probability 0; with the pad there no mass falls on it.
        CrossEntropyCase c = Row([1, 0.5, -1, NegativeInfinity, 0.25], 1) with
        {
            LabelSmoothing = 0.1,
            Smoothing = smoothing,
            PadIndex = pad < 0 ? null : pad,
        };
        foreach (AxisOrder order in new[] { AxisOrder.Rows, AxisOrder.BatchClassTime })
        {
            foreach (CrossEntropyCase form in new[] { c, c with { Ids = null, Distribution = [0, 1, 0, 0, 0] } })
            {
                Outcome outcome = CrossEntropyCall.Run(form, new() { Order = order });
                double loss = expected == 0 ? CrossEntropyReference.TokenLoss(form, 0, form.Scores) : expected;
                Assert.True(double.IsFinite(loss) == (expected == 0));
                Tolerance.Single.Loss(loss, outcome.Sum.Sum, $"{order}");
                Tolerance.Single.Gradient(
                    CrossEntropyReference.ClosedFormGradient(form, Reduction.Mean), outcome.Gradient, $"{order} {smoothing} pad {pad}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void ZeroTimesLogZero_IsZero(string orderName)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        CrossEntropyCase dense = Row([2, NegativeInfinity, 1], 0) with { Ids = null, Distribution = [0.5, 0, 0.5] };
        double expected = CrossEntropyReference.TokenLoss(dense, 0, dense.Scores);
        Tolerance.Single.Loss(expected, CrossEntropyCall.Run(dense, new() { Order = order }).Sum.Sum, "logits");

        CrossEntropyCase logProbs = dense with { Door = Door.LogProbs, Scores = [Math.Log(0.25), NegativeInfinity, Math.Log(0.75)] };
        CrossEntropyCase probabilities = dense with { Door = Door.Probabilities, Scores = [0.25, 0, 0.75] };
        foreach (CrossEntropyCase c in new[] { logProbs, probabilities })
        {
            Outcome outcome = CrossEntropyCall.Run(c, new() { Order = order });
            Tolerance.Single.Loss(-0.5 * Math.Log(0.25 * 0.75), outcome.Sum.Sum, $"{c.Door}");
            Tolerance.Single.Loss(-(0.25 * Math.Log(0.25)) - (0.75 * Math.Log(0.75)), outcome.Entropy[0], $"{c.Door} entropy");
            Assert.Equal(0, outcome.Gradient[1]);
            Assert.All(outcome.Gradient, g => Assert.True(double.IsFinite(g)));

            Outcome onTarget = CrossEntropyCall.Run(c with { Distribution = null, Ids = [1] }, new() { Order = order });
            Assert.Equal(double.PositiveInfinity, onTarget.Sum.Sum);
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void HugeScores_HaveExactLosses(string orderName)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        double max = float.MaxValue;
        (double[] Scores, int Target, double Loss)[] rows =
        [
            ([1e38, -1e38, 0], 0, 0),
            ([1e38, -1e38, 0], 1, 2e38),
            ([1e38, -1e38, 0], 2, 1e38),
            ([max, -max, 0], 0, 0),
            ([max, -max, 0], 1, 2 * max),
            ([max, max, max], 2, Math.Log(3)),
            ([-max, -max, -max], 1, Math.Log(3)),
            ([1e-45, -1e-40, 1.17e-38], 0, Math.Log(3)),
            ([0, -0.0, 0], 1, Math.Log(3)),
            ([-1e4, -1e4, -1e4], 1, Math.Log(3)),
        ];
        foreach ((double[] scores, int target, double loss) in rows)
        {
            CrossEntropyCase c = Row(scores, target).StoredAs(Storage.Single);
            Outcome outcome = CrossEntropyCall.Run(c, new() { Order = order });
            Tolerance.Single.Loss((double)loss, outcome.Sum.Sum, string.Join(' ', scores));
            Tolerance.Single.Gradient(
                CrossEntropyReference.ClosedFormGradient(c, Reduction.Mean), outcome.Gradient, string.Join(' ', scores));
        }
    }

    /// <summary>1 + e^−20 is 1 in float: the loss of a confident token lives in what the sum adds to 1.</summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public void ConfidentToken_KeepsFiveDigits(string orderName)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        for (int gap = 1; gap <= 80; gap++)
        {
            foreach (int classes in new[] { 2, 5, 40 })
            {
                foreach (double shift in new[] { 0.0, 4096 })
                {
                    double[] scores = [.. Enumerable.Repeat(shift, classes)];
                    scores[1] = shift + gap;
                    Outcome outcome = CrossEntropyCall.Run(Row(scores, 1), new() { Order = order });
                    double rest = (classes - 1) * Math.Exp(-gap);
                    double expected = Differences.LogOfOnePlus(rest);
                    Assert.Equal(1, outcome.Sum.Sum / expected, 1e-5);
                    Assert.Equal(1, outcome.Gradient[1] / (-rest / (1 + rest)), 1e-5);
                    Assert.Equal(1, outcome.Gradient[0] / (Math.Exp(-gap) / (1 + rest)), 1e-5);
                }
            }
        }
    }

    /// <summary>The same for one-hot distributions with class weights that float cannot hold: rounded masses must cancel.</summary>
    [Theory]
    [InlineData("Rows", 1)]
    [InlineData("Rows", 0.3)]
    [InlineData("BatchClassTime", 1)]
    [InlineData("BatchClassTime", 0.3)]
    public void ConfidentOneHotToken_KeepsFiveDigits(string orderName, double classWeight)
    {
        for (int gap = 1; gap <= 80; gap++)
        {
            CrossEntropyCase c = Row([0, gap, 0, 0], 1) with
            {
                Ids = null,
                Distribution = [0, 1, 0, 0],
                ClassWeights = [0.7, classWeight, 0.1, 1.1],
            };
            Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(orderName) });
            double rest = 3 * Math.Exp(-gap);
            Assert.Equal(1, outcome.Sum.Sum / (classWeight * Differences.LogOfOnePlus(rest)), 1e-5);
            Assert.Equal(1, outcome.Gradient[1] / (-classWeight * rest / (1 + rest)), 1e-5);
            Assert.Equal(1, outcome.Gradient[0] / (classWeight * Math.Exp(-gap) / (1 + rest)), 1e-5);
        }
    }

    [Fact]
    public void GapOfTwenty_IsNotZero()
        => Assert.Equal(8.24461449e-9, CrossEntropyCall.Run(Row([20, 0, 0, 0, 0], 0), new() { Order = AxisOrder.Rows }).Sum.Sum, 1e-14);

    [Fact]
    public void FullSmoothing_TakesAllMassFromTheTarget()
    {
        CrossEntropyCase c = Row([1, 2, 3, 4], 2) with { LabelSmoothing = 1 };
        double[] gaps = CrossEntropyReference.NegativeLogProbabilities(c, c.Scores, out _);
        Assert.Equal(gaps.Average(), CrossEntropyCall.Run(c, new()).Sum.Sum, 1e-6);
        Outcome others = CrossEntropyCall.Run(c with { Smoothing = SmoothingKind.Others }, new());
        Assert.Equal((gaps.Sum() - gaps[2]) / 3, others.Sum.Sum, 1e-6);
        Assert.Equal(gaps[2], others.Sum.NegativeLogLikelihood!.Value, 1e-6);
    }

    [Fact]
    public void NegativeAndZeroClassWeights_AreWeights()
    {
        CrossEntropyCase c = RandomCases.Plain(2, 1, 4, 3) with { Ids = [0, 1, 2, 1], ClassWeights = [-0.5, 0, 2] };
        Outcome outcome = CrossEntropyCall.Run(c, new());
        Tolerance.Single.Sum(CrossEntropyReference.Sum(c), outcome.Sum, "sum");
        Assert.Equal((1.5, 2, 4), (outcome.Sum.Weight, outcome.Sum.NonZero, outcome.Sum.Tokens));
        Assert.All(outcome.Gradient[3..6], g => Assert.Equal(0, g));
    }

    private static CrossEntropyCase Row(double[] scores, int target)
        => new() { Batch = 1, Time = 1, Classes = scores.Length, Scores = scores, Ids = [target] };
}
