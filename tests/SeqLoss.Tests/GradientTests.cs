using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Losses, sums and gradients of drawn cases against the reference, its gradient by central differences.</summary>
/// <remarks>A case draws its door, target form, smoothing, class weights, z-loss, soft-cap, temperature, weights and upstream.</remarks>
public sealed class GradientTests
{
    public static TheoryData<string, string> ScoresAndOrders
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (Storage storage in Enum.GetValues<Storage>())
            {
                foreach (AxisOrder order in Enum.GetValues<AxisOrder>().Where(order => order <= AxisOrder.Rows))
                {
                    data.Add(storage.ToString(), order.ToString());
                }
            }

            return data;
        }
    }

    public static TheoryData<string> RegressionOrders => [.. Enum.GetNames<AxisOrder>()];

    [Theory]
    [MemberData(nameof(ScoresAndOrders))]
    public void CrossEntropy_EqualsTheReference(string storageName, string orderName)
    {
        (Storage storage, AxisOrder order) = (Enum.Parse<Storage>(storageName), Enum.Parse<AxisOrder>(orderName));
        Law.Holds(150, seed =>
        {
            CrossEntropyCase c = RandomCases.CrossEntropy(seed, order == AxisOrder.Rows).StoredAs(storage);
            Random random = new(seed);
            Reduction reduction = Reductions.Of(random.Next(100), c.Distribution is not null);
            CallSettings settings = new()
            {
                Order = order,
                Storage = storage,
                Reduction = reduction,
                Upstream = RandomCases.Upstream(random, reduction, c.Batch, c.Time, c.Tokens),
                AreIdsWide = seed % 2 == 0,
            };
            Outcome outcome = CrossEntropyCall.Run(c, settings);
            string what = $"seed {seed}, {reduction}: {c}";
            Tolerance losses = storage == Storage.Double ? Tolerance.Double : Tolerance.Single;
            double[] expected = CrossEntropyReference.TokenLosses(c);
            Positions positions = CrossEntropyReference.PositionsOf(c);
            losses.Losses(positions.Reduce(expected, Reduction.None), outcome.TokenLoss, what);
            losses.Sum(CrossEntropyReference.Sum(c), outcome.Sum, what);
            losses.Losses(positions.Reduce(expected, reduction), outcome.Reduced, what);
            ToleranceOf(storage).Gradient(CrossEntropyReference.Gradient(c, reduction, settings.Upstream), outcome.Gradient, what, storage);
            CheckDetails(c, positions, outcome, losses, what);
        });
    }

    [Theory]
    [MemberData(nameof(RegressionOrders))]
    public void Regression_EqualsTheReference(string orderName) => Law.Holds(200, seed =>
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        Storage storage = (Storage)(seed % 4);
        Random random = new(seed);
        RegressionCase c = RandomCases.Regression(seed, order).StoredAs(storage);
        Reduction reduction = Reductions.Of(random.Next(100), hasDistribution: false);
        CallSettings settings = new()
        {
            Order = order,
            Storage = storage,
            Reduction = reduction,
            Upstream = RandomCases.Upstream(random, reduction, c.Batch, c.Time, c.PositionCount),
        };
        Outcome outcome = RegressionCall.Run(c, settings);
        string what = $"seed {seed}, {reduction}: {c}";
        double[] losses = c.Losses();
        Tolerance.Double.Losses(c.PositionsOf().Reduce(losses, reduction), outcome.Reduced, what);
        Tolerance.Double.Losses(c.PositionsOf().Reduce(losses, Reduction.None), outcome.TokenLoss, what);
        Tolerance.Double.Sum(c.PositionsOf().Sum(losses), outcome.Sum, what);
        ToleranceOf(storage).Gradient(c.Gradient(reduction, settings.Upstream), outcome.Gradient, what, storage);
    });

    /// <summary>With double scores nothing but double is computed: twelve digits.</summary>
    [Fact]
    public void DoubleScores_AreExactToTwelveDigits() => Law.Holds(300, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        Reduction reduction = Reductions.Of(seed % 100, c.Distribution is not null);
        AxisOrder order = (AxisOrder)(seed % 3);
        Outcome outcome = CrossEntropyCall.Run(c, new() { Storage = Storage.Double, Order = order, Reduction = reduction });
        double[] expected = CrossEntropyReference.ClosedFormGradient(c, reduction);
        Tolerance.Double.Gradient(expected, outcome.Gradient, $"seed {seed}, {reduction}: {c}");
    });

    /// <summary>Log-sum-exp, entropy and argmax, which a call writes on the way.</summary>
    private static void CheckDetails(CrossEntropyCase c, Positions positions, Outcome outcome, Tolerance tolerance, string what)
    {
        for (int i = 0; i < c.Tokens; i++)
        {
            if (positions.Weight[i] == 0)
            {
                Assert.Equal((0, -1), (outcome.Entropy[i], outcome.ArgMax[i]));
                continue;
            }

            ReadOnlySpan<double> scores = c.Scores.AsSpan(i * c.Classes, c.Classes);
            double[] gaps = CrossEntropyReference.NegativeLogProbabilities(c, scores, out double logSumExp);
            tolerance.Loss(gaps.Sum(gap => Math.Exp(-gap) * gap), outcome.Entropy[i], $"entropy, {what}");
            Assert.Equal(CrossEntropyReference.FirstGreatest(CrossEntropyReference.Clipped(c, scores)), outcome.ArgMax[i]);
            if (c.Door == Door.Logits)
            {
                tolerance.Loss(logSumExp, outcome.LogSumExp[i], $"log-sum-exp, {what}");
            }
        }
    }

    private static Tolerance ToleranceOf(Storage storage) => storage == Storage.Double ? Tolerance.Differences : Tolerance.Single;
}
