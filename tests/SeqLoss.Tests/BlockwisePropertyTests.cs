using System;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Scores fed in blocks have the bits of one call, however they are split.</summary>
public sealed class BlockwisePropertyTests
{
    [Theory]
    [InlineData("BatchTimeClass", false)]
    [InlineData("BatchTimeClass", true)]
    [InlineData("TimeBatchClass", false)]
    [InlineData("TimeBatchClass", true)]
    [InlineData("BatchClassTime", false)]
    [InlineData("Rows", true)]
    public void CrossEntropyOfBlocks_HasTheBitsOfOneCall(string orderName, bool splitsRows)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        Law.Holds(80, seed =>
        {
            CrossEntropyCase c = RandomCases.CrossEntropy(seed, order == AxisOrder.Rows).StoredAs(Storage.Single);
            Random random = new(seed);
            Reduction reduction = Reductions.Of(random.Next(100), c.Distribution is not null);
            CallSettings settings = new()
            {
                Order = order,
                Reduction = reduction,
                Upstream = RandomCases.Upstream(random, reduction, c.Batch, c.Time, c.Tokens),
            };
            Outcome whole = CrossEntropyCall.Run(c, settings);
            Arrangement arrangement = c.Arrange(order);
            float[] scores = Array.ConvertAll(arrangement.Store(c.Scores), x => (float)x);
            float[] distribution = c.Distribution is null ? [] : Array.ConvertAll(arrangement.Store(c.Distribution), x => (float)x);
            float[] gradient = new float[scores.Length];
            BlockwiseCrossEntropy blocks = Begin(c, arrangement, settings);

            int unit = splitsRows ? c.Classes : scores.Length / (int)arrangement.Lengths[0];
            nint[] BlockLengths(int units) => splitsRows ? [units, c.Classes] : [units, .. arrangement.Lengths[1..]];
            int[] splits = Splits(random, scores.Length / unit);
            if (reduction == Reduction.MeanClassWeight)
            {
                ForEachBlock(splits, unit, (start, length, units) =>
                    blocks.AddClassMass(new ReadOnlyTensorSpan<float>(distribution[start..(start + length)], BlockLengths(units))));
            }

            ForEachBlock(splits, unit, (start, length, units) =>
            {
                Targets targets = c.Distribution is null
                    ? default(Targets)
                    : new ReadOnlyTensorSpan<float>(distribution[start..(start + length)], BlockLengths(units));
                blocks.Add(
                    new ReadOnlyTensorSpan<float>(scores[start..(start + length)], BlockLengths(units)),
                    targets,
                    new TensorSpan<float>(gradient.AsSpan(start, length), BlockLengths(units)));
            });
            double[] reduced = new double[whole.Reduced.Length];
            double[] tokenLoss = new double[c.Tokens];
            int[] argMax = new int[c.Tokens];
            LossSum sum = blocks.Complete(new() { Reduced = reduced, TokenLoss = tokenLoss, ArgMax = argMax });
            Assert.Equal(whole.Sum, sum);
            Assert.Equal(whole.Reduced, reduction == Reduction.None ? arrangement.RestoreTokens<double>(reduced) : reduced);
            Assert.Equal(whole.TokenLoss, arrangement.RestoreTokens<double>(tokenLoss));
            Assert.Equal(whole.ArgMax, arrangement.RestoreTokens<int>(argMax));
            Assert.Equal(whole.Gradient, Array.ConvertAll(arrangement.Restore<float>(gradient), g => (double)g));
        });
    }

    [Theory]
    [InlineData("BatchTimeClass", false)]
    [InlineData("BatchTimeClass", true)]
    [InlineData("TimeBatchClass", false)]
    [InlineData("TimeBatchClass", true)]
    [InlineData("BatchClassTime", false)]
    [InlineData("Rows", true)]
    [InlineData("BatchTime", false)]
    [InlineData("BatchTime", true)]
    [InlineData("TimeBatch", true)]
    [InlineData("Values", true)]
    public void RegressionOfBlocks_HasTheBitsOfOneCall(string orderName, bool splitsRows)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        Law.Holds(80, seed =>
        {
            RegressionCase c = RandomCases.Regression(seed, order).StoredAs(Storage.Double);
            Random random = new(seed);
            Reduction reduction = Reductions.Of(random.Next(100), hasDistribution: false);
            CallSettings settings = new()
            {
                Order = order,
                Storage = Storage.Double,
                Reduction = reduction,
                Upstream = RandomCases.Upstream(random, reduction, c.Batch, c.Time, c.PositionCount),
            };
            Outcome whole = RegressionCall.Run(c, settings);
            Arrangement arrangement = c.Arrange(order);
            double[] predictions = arrangement.Store(c.Predictions);
            double[] targets = arrangement.Store(c.Targets);
            BlockwiseRegression blocks = Begin(c, arrangement, settings);
            int unit = splitsRows ? c.Features : predictions.Length / (int)arrangement.Lengths[0];
            bool hasFeatureAxis = order is not (AxisOrder.BatchTime or AxisOrder.TimeBatch or AxisOrder.Values);
            ForEachBlock(Splits(random, predictions.Length / unit), unit, (start, length, units) =>
            {
                // In place: the gradient of a block overwrites its predictions.
                nint[] lengths = !splitsRows ? [units, .. arrangement.Lengths[1..]] : hasFeatureAxis ? [units, c.Features] : [units];
                TensorSpan<double> block = new(predictions.AsSpan(start, length), lengths);
                blocks.Add(block, new ReadOnlyTensorSpan<double>(targets[start..(start + length)], lengths), block);
            });
            double[] reduced = new double[whole.Reduced.Length];
            Assert.Equal(whole.Sum, blocks.Complete(new() { Reduced = reduced }));
            double[] restored = reduction != Reduction.None ? reduced
                : c.CountsElements ? arrangement.Restore<double>(reduced)
                : arrangement.RestoreTokens<double>(reduced);
            Assert.Equal(whole.Reduced, restored);
            Assert.Equal(whole.Gradient, arrangement.Restore<double>(predictions));
        });
    }

    [Fact]
    public void Divisor_IsKnownBeforeTheFirstBlock()
    {
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits(
            [2, 3, 5],
            new ReadOnlyTensorSpan<int>([1, 2, 3, 4, 0, 1], [2, 3]),
            TokenWeights.FromLengths((ReadOnlySpan<int>)[3, 1]));
        Assert.Equal(4, blocks.Divisor);
        Assert.Equal(0, blocks.EmptyGroups);
    }

    [Theory]
    [InlineData(Reduction.PerExample, 1)]
    [InlineData(Reduction.PerTimestepNonzero, 2)]
    [InlineData(Reduction.Mean, 0)]
    [InlineData(Reduction.PerExampleSum, 0)]
    public void EmptyGroups_AreThoseInWhichNothingCounts(Reduction reduction, int expected)
    {
        TokenWeights weights = TokenWeights.FromLengths((ReadOnlySpan<int>)[0, 1]);
        ReadOnlyTensorSpan<int> ids = new(new int[6], [2, 3]);
        Assert.Equal(expected, BlockwiseCrossEntropy.FromLogits([2, 3, 5], ids, weights, new() { Reduction = reduction }).EmptyGroups);
        Assert.Equal(expected, BlockwiseRegression.SquaredError([2, 3, 5], weights, new() { Reduction = reduction }).EmptyGroups);
    }

    private static BlockwiseCrossEntropy Begin(CrossEntropyCase c, Arrangement arrangement, CallSettings settings)
    {
        Targets ids = c.Ids is null ? default(Targets) : CrossEntropyCall.TargetsOf(c, arrangement, null, areIdsWide: true);
        ScoreArray? distribution = c.Distribution is null
            ? null
            : new(Storage.Single, arrangement.Lengths, arrangement.Store(c.Distribution));
        TokenWeights? weights = c.Weighting.Build(arrangement, distribution);
        CrossEntropyOptions options = c.Options(arrangement, settings.Reduction);
        double[] upstream = settings.Upstream is null
            ? []
            : CrossEntropyCall.StoreReduced(arrangement, settings.Reduction, settings.Upstream);
        return c.Door switch
        {
            Door.Logits => BlockwiseCrossEntropy.FromLogits(arrangement.Lengths, ids, weights, options, upstream),
            Door.LogProbs => BlockwiseCrossEntropy.FromLogProbs(arrangement.Lengths, ids, weights, options, upstream),
            _ => BlockwiseCrossEntropy.FromProbabilities(arrangement.Lengths, ids, weights, options, upstream),
        };
    }

    private static BlockwiseRegression Begin(RegressionCase c, Arrangement arrangement, CallSettings settings)
    {
        TokenWeights? weights = c.Weighting.Build(arrangement);
        RegressionOptions options = RegressionCall.Options(c, settings);
        double[] upstream = settings.Upstream is null ? []
            : settings.Reduction != Reduction.None ? settings.Upstream
            : c.CountsElements ? arrangement.Store(settings.Upstream)
            : arrangement.StoreTokens(settings.Upstream);
        return c.Error switch
        {
            RegressionError.Squared => BlockwiseRegression.SquaredError(arrangement.Lengths, weights, options, upstream),
            RegressionError.Absolute => BlockwiseRegression.AbsoluteError(arrangement.Lengths, weights, options, upstream),
            _ => BlockwiseRegression.Huber(arrangement.Lengths, weights, options, upstream),
        };
    }

    /// <summary>Any cut of a count into positive parts.</summary>
    private static int[] Splits(Random random, int count)
    {
        int[] parts = [];
        for (int left = count; left > 0; left -= parts[^1])
        {
            parts = [.. parts, random.Next(1, left + 1)];
        }

        return parts;
    }

    private static void ForEachBlock(int[] splits, int unit, Action<int, int, int> block)
    {
        int start = 0;
        foreach (int units in splits)
        {
            block(start, units * unit, units);
            start += units * unit;
        }
    }
}
