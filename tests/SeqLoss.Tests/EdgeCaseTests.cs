using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Sizes, extreme scores and weights at the edge of what is defined, at every layout.</summary>
public sealed class EdgeCaseTests
{
    public static TheoryData<int> Vocabularies => [.. Enumerable.Range(1, 70), 255, 256, 257, 1023, 1024, 1025, 4099];

    public static TheoryData<string> Orders => ["BatchTimeClass", "TimeBatchClass", "BatchClassTime", "Rows"];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void AnyVocabulary_EqualsTheReference(int classes)
    {
        foreach (AxisOrder order in Enum.GetValues<AxisOrder>().Where(order => order <= AxisOrder.Rows))
        {
            // T = 1 to 3 leaves columns beside whole registers; every kind of target and smoothing at every length.
            CrossEntropyCase ids = RandomCases.Plain(classes, 2, order == AxisOrder.Rows ? 1 : 1 + (classes % 3), classes);
            double[] distribution = Array.ConvertAll(
                RandomCases.Plain(classes + 1, ids.Batch, ids.Time, classes).Scores, x => (double)(float)(Math.Abs(x) / classes));
            Check(ids, order);
            Check(ids with { LabelSmoothing = 0.1, ClassWeights = Array.ConvertAll(ids.Scores[..classes], Math.Abs) }, order);
            Check(ids with { Ids = null, Distribution = distribution, ZLoss = 0.01 }, order);
            Check(ids with { Ids = null, Distribution = distribution, LabelSmoothing = 0.1 }, order);
        }
    }

    [Theory]
    [InlineData(32003, "BatchTimeClass")]
    [InlineData(32003, "BatchClassTime")]
    [InlineData(100_000, "Rows")]
    public void LargeVocabulary_EqualsTheReference(int classes, string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 2, orderName == "Rows" ? 1 : 2, classes);
        Check(c, Enum.Parse<AxisOrder>(orderName));
        Check(c with { LabelSmoothing = 0.1 }, Enum.Parse<AxisOrder>(orderName));
    }

    [Theory]
    [InlineData(2, "BatchTimeClass")]
    [InlineData(17, "BatchClassTime")]
    [InlineData(32003, "Rows")]
    public void UniformLogits_GiveLogV(int classes, string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 2, 1, classes);
        c = c with { Scores = [.. Enumerable.Repeat(2.5, c.Scores.Length)] };
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(orderName) });
        Assert.Equal(Math.Log(classes), outcome.Sum.Mean, 1e-6);
        Assert.Equal(classes, outcome.Sum.Perplexity, 1e-5 * classes);
        Assert.Equal(Math.Log2(classes), outcome.Sum.BitsPerToken, 2e-6);
        Assert.All(outcome.ArgMax, argMax => Assert.Equal(0, argMax));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(0, 0)]
    public void NothingAtAll_IsAnEmptyGroup(int batch, int time)
    {
        CrossEntropyCase c = new() { Batch = batch, Time = time, Classes = 4, Scores = [], Ids = [] };
        foreach (AxisOrder order in Enum.GetValues<AxisOrder>().Where(order => order < AxisOrder.Rows))
        {
            foreach (Reduction reduction in Reductions.WithoutClassWeight)
            {
                Outcome outcome = CrossEntropyCall.Run(c, new() { Order = order, Reduction = reduction });
                Assert.All(outcome.Reduced, value => Assert.Equal(0, value));
                Assert.Equal((0, 0, 0), (outcome.Sum.Sum, outcome.Sum.Tokens, outcome.Sum.Mean));
                Assert.Equal(batch, outcome.Sum.Sequences);
                RegressionCase regression = new() { Batch = batch, Time = time, Features = 2, Predictions = [], Targets = [] };
                Outcome errors = RegressionCall.Run(regression, new() { Order = order, Reduction = reduction });
                Assert.All(errors.Reduced, value => Assert.Equal(0, value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void OneClass_HasNoLossButItsZLoss(string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 3, 1, 1);
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        Outcome plain = CrossEntropyCall.Run(c with { LabelSmoothing = 0.3 }, new() { Order = order });
        Assert.All(plain.TokenLoss, loss => Assert.Equal(0, loss));
        Assert.All(plain.Gradient, g => Assert.Equal(0, g));
        Outcome squared = CrossEntropyCall.Run(c with { ZLoss = 0.5 }, new() { Order = order, Reduction = Reduction.Sum });
        Tolerance.Single.Losses(Array.ConvertAll(c.Scores, x => x * x / 2), squared.TokenLoss, "z-loss");
        Tolerance.Single.Gradient(c.Scores, squared.Gradient, "gradient of z-loss");
    }

    [Theory]
    [InlineData(EmptyPolicy.Zero, 0)]
    [InlineData(EmptyPolicy.NaN, double.NaN)]
    public void EmptyGroup_HasTheValueOfItsPolicyAndNoGradient(EmptyPolicy policy, double value)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 2, 3, 5) with { Weighting = new() { Lengths = [0, 2] } };
        CallSettings settings = new() { Empty = policy };
        Outcome perExample = CrossEntropyCall.Run(c, settings with { Reduction = Reduction.PerExample });
        Assert.Equal(value, perExample.Reduced[0]);
        Assert.True(perExample.Reduced[1] > 0);
        Outcome perTimestep = CrossEntropyCall.Run(c, settings with { Reduction = Reduction.PerTimestep });
        Assert.Equal(value, perTimestep.Reduced[2]);
        CrossEntropyCase nothing = c with { Weighting = new() { Lengths = [0, 0] } };
        Outcome batch = CrossEntropyCall.Run(nothing, settings);
        Assert.Equal([value], batch.Reduced);
        Assert.All([.. perExample.Gradient[..15], .. batch.Gradient], g => Assert.Equal(0, g));
        Assert.Equal([0.0], CrossEntropyCall.Run(nothing, settings with { Reduction = Reduction.MeanBatch }).Reduced);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void WeightsThatSumToZero_AreAnEmptyGroupOfCountedTokens(string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 2, 1, 5) with { Weighting = new() { TokenWeights = [0.5, -0.5] } };
        CallSettings settings = new() { Order = Enum.Parse<AxisOrder>(orderName), Empty = EmptyPolicy.NaN };
        Outcome mean = CrossEntropyCall.Run(c, settings);
        Assert.Equal([double.NaN], mean.Reduced);
        Assert.All(mean.Gradient, g => Assert.Equal(0, g));
        Assert.Equal((2, 0, 0), (mean.Sum.Tokens, mean.Sum.TokenWeight, mean.Sum.Mean));
        Outcome nonzero = CrossEntropyCall.Run(c, settings with { Reduction = Reduction.MeanNonzero });
        Tolerance.Single.Losses([CrossEntropyReference.TokenLosses(c) is var l ? (l[0] - l[1]) / 4 : 0], nonzero.Reduced, "nonzero");
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void NaNInACountedRow_GivesNaNThereAlone(string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 3, 1, 21);
        c.Scores[24] = double.NaN;
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(orderName), Reduction = Reduction.None });
        Assert.Equal([false, true, false], outcome.TokenLoss.Select(double.IsNaN));
        Assert.Equal(double.NaN, outcome.Sum.Sum);
        Assert.Equal(-1, outcome.ArgMax[1]);
        Assert.DoesNotContain(double.NaN, outcome.Gradient[..21]);
        Assert.DoesNotContain(double.NaN, outcome.Gradient[42..]);
        Assert.Contains(double.NaN, outcome.Gradient[21..42]);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void PositiveInfinityInACountedRow_GivesNaN(string orderName)
    {
        CrossEntropyCase c = RandomCases.Plain(1, 2, 1, 21);
        c.Scores[3] = double.PositiveInfinity;
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(orderName), Reduction = Reduction.None });
        Assert.Equal([true, false], outcome.TokenLoss.Select(double.IsNaN));
    }

    [Fact]
    public void OneCountedRow_IsTheMean()
    {
        CrossEntropyCase c = RandomCases.Plain(4, 3, 200, 9);
        bool[] mask = new bool[600];
        mask[437] = true;
        foreach (AxisOrder order in Enum.GetValues<AxisOrder>().Where(order => order < AxisOrder.Rows))
        {
            Outcome outcome = CrossEntropyCall.Run(c with { Weighting = new() { Mask = mask } }, new() { Order = order });
            Tolerance.Single.Losses([CrossEntropyReference.TokenLosses(c)[437]], outcome.Reduced, "mean");
            Assert.Equal(9, outcome.Gradient.Count(g => g != 0));
        }
    }

    private static void Check(CrossEntropyCase c, AxisOrder order)
    {
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = order });
        string what = $"{order}: [{c.Batch}, {c.Time}, {c.Classes}] smoothing {c.LabelSmoothing}, z {c.ZLoss}, ids {c.Ids is not null}";
        Tolerance.Single.Losses(CrossEntropyReference.TokenLosses(c), outcome.TokenLoss, what);
        Tolerance.Single.Gradient(CrossEntropyReference.ClosedFormGradient(c, Reduction.Mean), outcome.Gradient, what);
    }
}
