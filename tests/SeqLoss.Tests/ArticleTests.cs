using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The losses that articles on sequence-to-sequence models ask for (S1 to S19), on their own numbers or on fixed data.</summary>
public sealed class ArticleTests
{
    private static readonly float[] Logits003 =
    [
        1, 0.5f, 2, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
        0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1,
    ];

    private static readonly float[] OneHot003 = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0];
    private static readonly int[] Lengths003 = [3, 2];

    private static ReadOnlyTensorSpan<float> Scores003 => new(Logits003, [2, 3, 3]);

    private static ReadOnlyTensorSpan<float> Targets003 => new(OneHot003, [2, 3, 3]);

    [Fact]
    public void S01_StepLosses_SumUpToTheLength()
    {
        CrossEntropyCase c = Fixed(3, 5, 7) with { Weighting = new() { Lengths = [5, 2, 0] } };
        Outcome outcome = CrossEntropyCall.Run(c, new() { Reduction = Reduction.PerExampleSum });
        double[] steps = [.. Enumerable.Range(0, 15).Select(i => -Math.Log(Softmax(c.Scores, i, 7)[c.Ids![i]]))];
        Tolerance.Single.Losses([steps[..5].Sum(), steps[5..7].Sum(), 0], outcome.Reduced, "sum over the steps");
        Tolerance.Single.Loss(steps[..7].Sum(), outcome.Sum.Sum, "sum");
        Assert.Equal(7, outcome.Sum.Tokens);
    }

    [Theory]
    [InlineData(Reduction.None)]
    [InlineData(Reduction.Sum)]
    [InlineData(Reduction.Mean)]
    public void S02_FlattenedRows_EqualTheSequences(Reduction reduction)
    {
        CrossEntropyCase sequences = Fixed(2, 4, 6);
        CrossEntropyCase rows = sequences with { Batch = 8, Time = 1 };
        Outcome expected = CrossEntropyCall.Run(sequences, new() { Reduction = reduction });
        Outcome flattened = CrossEntropyCall.Run(rows, new() { Order = AxisOrder.Rows, Reduction = reduction });
        Assert.Equal(expected.Reduced, flattened.Reduced);
        Assert.Equal(expected.Gradient, flattened.Gradient);
        Tolerance.Single.Losses(
            CrossEntropyReference.PositionsOf(rows).Reduce(CrossEntropyReference.TokenLosses(rows), reduction), flattened.Reduced, "rows");
    }

    [Fact]
    public void S03_CrossEntropyFromProbabilities_IsTheArticlesNumber()
    {
        double[] probabilities = [0.1, 0.8, 0.1, 0.2, 0.3, 0.5, 0.6, 0.2, 0.2];
        LossSum loss = CrossEntropy.FromProbabilities(
            new ReadOnlyTensorSpan<double>(probabilities, [3, 3]),
            new ReadOnlyTensorSpan<int>([1, 2, 0]),
            options: new() { Layout = ScoreLayout.Nv });
        Assert.Equal(1.4271163556, loss.Sum, 1e-10);
        Assert.Equal(-Math.Log(0.8 * 0.5 * 0.6), loss.Sum, 1e-14);
    }

    [Theory]
    [InlineData(Reduction.Mean, 0.0633333333)]
    [InlineData(Reduction.Sum, 0.38)]
    public void S04_MeanSquaredError_IsTheArticlesNumber(Reduction reduction, double expected)
    {
        ReadOnlyTensorSpan<double> predictions = new([1.2, 2.5, 3.1, 4.8, 5.2, 6.0], [2, 3]);
        ReadOnlyTensorSpan<double> targets = new([1.0, 2.0, 3.0, 5.0, 5.0, 6.0], [2, 3]);
        double[] reduced = new double[1];
        Regression.SquaredError(
            predictions,
            targets,
            options: new() { Layout = RegressionLayout.Bt, Reduction = reduction },
            outputs: new() { Reduced = reduced });
        Assert.Equal(expected, reduced[0], 1e-10);
    }

    [Fact]
    public void S04_UnequalLengths_CountNoPadding()
    {
        ReadOnlyTensorSpan<double> predictions = new([1.2, 2.5, double.NaN, 4.8, 5.2, 6.0], [2, 3]);
        ReadOnlyTensorSpan<double> targets = new([1.0, 2.0, 3.0, 5.0, 5.0, 6.0], [2, 3]);
        LossSum loss = Regression.SquaredError(
            predictions, targets, TokenWeights.FromLengths((ReadOnlySpan<int>)[2, 3]), new() { Layout = RegressionLayout.Bt });
        Assert.Equal((0.04 + 0.25 + 0.04 + 0.04) / 5, loss.Mean, 1e-14);
    }

    [Fact]
    public void S06_PaddingId_IsLeftOutOfTheTokenMean()
    {
        CrossEntropyCase c = Fixed(2, 5, 10) with { Ids = [3, 1, 4, 0, 0, 5, 9, 2, 6, 0], Weighting = new() { IgnoredId = 0 } };
        CheckMean(c, new(), tokens: 7);
    }

    [Fact]
    public void S07_SmoothedOneHotTargets_AverageOverNonzeroRows()
    {
        CrossEntropyCase c = Fixed(2, 5, 10);
        double[] oneHot = new double[100];
        foreach (int token in Enumerable.Range(0, 10).Where(token => token is not (4 or 8 or 9)))
        {
            oneHot[(token * 10) + (int)c.Ids![token]] = 1;
        }

        Weighting zeroRows = new() { SkipsZeroRows = true };
        CheckMean(c with { Ids = null, Distribution = oneHot, LabelSmoothing = 0.1, Weighting = zeroRows }, new(), tokens: 7);
    }

    [Fact]
    public void S09_MaskedProbabilities_AreTimeMajorAndZeroWhenNothingIsValid()
    {
        CrossEntropyCase c = Fixed(2, 3, 5);
        c = c with
        {
            Door = Door.Probabilities,
            Scores = [.. Enumerable.Range(0, 6).SelectMany(i => Softmax(c.Scores, i, 5))],
            Weighting = new() { Mask = [true, true, true, true, true, false] },
        };
        CheckMean(c, new() { Order = AxisOrder.TimeBatchClass }, tokens: 5);
        CheckMean(c with { Weighting = new() { Mask = new bool[6] } }, new() { Order = AxisOrder.TimeBatchClass }, tokens: 0);
    }

    [Fact]
    public void S10_SparseLogitsTimesMask_IsTheTokenMean()
        => CheckMean(
            Fixed(2, 3, 5) with { Weighting = new() { Mask = [true, true, true, true, true, false] } },
            new() { AreIdsWide = true },
            tokens: 5);

    [Fact]
    public void S11_ClassAxisSecond_IsTheTokenMean()
        => CheckMean(
            Fixed(2, 3, 5) with { Weighting = new() { Mask = [true, true, true, true, true, false] } },
            new() { Order = AxisOrder.BatchClassTime },
            tokens: 5);

    [Fact]
    public void S13_SoftmaxCrossEntropy_KeepsOneLossPerStep()
    {
        double[] tokenLoss = new double[2];
        CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>([1, 2, 0.5f, 0.2f, 0.8f, 1.5f], [2, 3]),
            new ReadOnlyTensorSpan<float>([0, 1, 0, 0, 0, 1], [2, 3]),
            options: new() { Layout = ScoreLayout.Nv },
            outputs: new() { TokenLoss = tokenLoss });
        Assert.Equal(0.46436878, tokenLoss[0], 1e-7);
        Assert.Equal(0.57048061, tokenLoss[1], 1e-7);
    }

    [Theory]
    [InlineData(Reduction.Mean, 0.9923)]
    [InlineData(Reduction.Sum, 4.9616)]
    [InlineData(Reduction.PerExample, 1.0396, 0.9214)]
    [InlineData(Reduction.MeanElements, 0.8269)]
    [InlineData(Reduction.MeanPerExample, 0.9805)]
    public void S14_SequenceLoss_IsOneNumberPerWayOfAveraging(Reduction reduction, params double[] expected)
    {
        double[] reduced = new double[expected.Length];
        CrossEntropy.FromLogits(
            Scores003,
            Targets003,
            TokenWeights.FromLengths((ReadOnlySpan<int>)Lengths003),
            new() { Reduction = reduction },
            outputs: new() { Reduced = reduced });
        Assert.All(expected.Zip(reduced), pair => Assert.Equal(pair.First, pair.Second, 5e-5));
    }

    [Fact]
    public void S16_SequenceLossByExample_TakesLengthsAsItsMask()
    {
        CrossEntropyCase byLengths = Fixed(3, 5, 10) with { Weighting = new() { Lengths = [3, 5, 2] } };
        double[] mask = [1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
        Outcome ofLengths = CrossEntropyCall.Run(byLengths, new() { Reduction = Reduction.PerExample });
        Outcome ofWeights = CrossEntropyCall.Run(
            byLengths with { Weighting = new() { TokenWeights = mask } }, new() { Reduction = Reduction.PerExample });
        double[] losses = CrossEntropyReference.TokenLosses(byLengths);
        double[] expected = [losses[..3].Sum() / 3, losses[5..10].Sum() / 5, losses[10..12].Sum() / 2];
        Tolerance.Single.Losses(expected, ofLengths.Reduced, "by example");
        Assert.Equal(ofWeights.Reduced, ofLengths.Reduced);
        Assert.Equal(ofWeights.Gradient, ofLengths.Gradient);
    }

    [Fact]
    public void S17_TokenWeights_WeighLossAndGradient()
    {
        CrossEntropyCase c = Fixed(1, 4, 6) with { Ids = [1, 2, 3, 4], Weighting = new() { TokenWeights = [0.5, 2, 1, 1] } };
        Outcome outcome = CrossEntropyCall.Run(c, new() { Reduction = Reduction.PerExample });
        double[] losses = CrossEntropyReference.TokenLosses(c);
        double expected = ((0.5 * losses[0]) + (2 * losses[1]) + losses[2] + losses[3]) / 4.5;
        Tolerance.Single.Losses([expected], outcome.Reduced, "weighted");
        Tolerance.Single.Gradient(CrossEntropyReference.Gradient(c, Reduction.PerExample), outcome.Gradient, "weighted gradient");
    }

    [Fact]
    public void S19_ExtremeLogits_HaveExactLossAndGradient()
    {
        CrossEntropyCase c = new()
        {
            Batch = 1,
            Time = 4,
            Classes = 3,
            Scores = [1e4, -1e4, 0, 89, 0, -2, 10000, 9999, 9998, 0, 80, 0],
            Ids = [1, 0, 2, 1],
        };
        Outcome outcome = CrossEntropyCall.Run(c, new() { Reduction = Reduction.Sum });
        double last = Math.Log(1 + Math.Exp(-1) + Math.Exp(-2)) + 2;
        Tolerance.Single.Losses([20000, 0, last, 0], outcome.TokenLoss, "token losses");
        Assert.Equal(1, outcome.TokenLoss[3] / (2 * Math.Exp(-80)), 1e-5);
        Tolerance.Single.Gradient(CrossEntropyReference.Gradient(c, Reduction.Sum), outcome.Gradient, "gradient");
    }

    /// <summary>The token mean, its gradient and its count against the reference.</summary>
    private static void CheckMean(CrossEntropyCase c, CallSettings settings, long tokens)
    {
        Outcome outcome = CrossEntropyCall.Run(c, settings);
        Assert.Equal(tokens, outcome.Sum.Tokens);
        double expected = tokens == 0 ? 0 : CrossEntropyReference.TokenLosses(c).Sum() / tokens;
        Tolerance.Single.Losses([expected], outcome.Reduced, "token mean");
        Tolerance.Single.Loss(expected, outcome.Sum.Mean, "mean of the sum");
        Tolerance.Single.Gradient(CrossEntropyReference.Gradient(c.StoredAs(Storage.Single), Reduction.Mean), outcome.Gradient, "gradient");
    }

    /// <summary>Data without a generator: logits on a wave, ids that step through the classes.</summary>
    private static CrossEntropyCase Fixed(int batch, int time, int classes) => new()
    {
        Batch = batch,
        Time = time,
        Classes = classes,
        Scores = [.. Enumerable.Range(1, batch * time * classes).Select(i => (double)(float)(2 * Math.Sin(i * i)))],
        Ids = [.. Enumerable.Range(0, batch * time).Select(i => (long)(i * 3 % classes))],
    };

    private static double[] Softmax(double[] logits, int token, int classes)
    {
        double[] powers = [.. logits.Skip(token * classes).Take(classes).Select(Math.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
