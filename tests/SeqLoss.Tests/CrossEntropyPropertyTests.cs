using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Laws of cross-entropy over drawn cases of every kind.</summary>
public sealed class CrossEntropyPropertyTests
{
    private const int Draws = 150;

    /// <summary>Scores are shifted by a power of two, so that the shift itself rounds only what the scores' grid rounds.</summary>
    [Theory]
    [InlineData(8192)]
    [InlineData(-8192)]
    [InlineData(16384)]
    public void CommonShift_ChangesNothing(double shift) => Law.Holds(Draws, seed =>
    {
        // A grid of 1/256 survives a shift of 2¹⁴ in 24 bits. z-loss and soft-cap are not invariant.
        CrossEntropyCase c = RandomCases.CrossEntropy(seed) with
        {
            Door = Door.Logits,
            ZLoss = 0,
            SoftCap = null,
            Temperature = 1,
            Clip = null,
        };
        c = c with { Scores = Array.ConvertAll(c.Scores, x => Math.Round(x * 256) / 256) };
        CallSettings settings = new() { Order = OrderOf(seed) };
        Outcome expected = CrossEntropyCall.Run(c, settings);
        Outcome shifted = CrossEntropyCall.Run(c with { Scores = Array.ConvertAll(c.Scores, x => x + shift) }, settings);
        Assert.Equal(expected.TokenLoss, shifted.TokenLoss);
        Assert.Equal(expected.GradientBytes, shifted.GradientBytes);
    });

    [Fact]
    public void ClassPermutation_PermutesTheGradient() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed).StoredAs(Storage.Single);
        int[] newPlace = [.. Enumerable.Range(0, c.Classes)];
        new Random(seed).Shuffle(newPlace);
        CallSettings settings = new() { Order = OrderOf(seed) };
        Outcome outcome = CrossEntropyCall.Run(c, settings);
        Outcome permuted = CrossEntropyCall.Run(c.PermuteClasses(newPlace), settings);
        CrossEntropyCase gradient = (c with { Scores = outcome.Gradient }).PermuteClasses(newPlace);
        Tolerance.Single.Losses(outcome.TokenLoss, permuted.TokenLoss, $"seed {seed}: {c}");
        Tolerance.Single.Gradient(gradient.Scores, permuted.Gradient, $"seed {seed}: {c}");
    });

    [Fact]
    public void AnySplitOfTheBatch_SumsToTheWhole() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        CallSettings settings = new() { Order = OrderOf(seed), Reduction = Reduction.Sum };
        Outcome whole = CrossEntropyCall.Run(c, settings);
        Random random = new(seed);
        LossSum sum = default;
        for (int first = 0; first < c.Batch;)
        {
            int count = random.Next(1, c.Batch - first + 1);
            Outcome part = CrossEntropyCall.Run(c.Slice(first, count), settings);
            Assert.Equal(whole.Gradient.Skip(first * c.Time * c.Classes).Take(part.Gradient.Length), part.Gradient);
            Assert.Equal(whole.TokenLoss.Skip(first * c.Time).Take(part.TokenLoss.Length), part.TokenLoss);
            sum += part.Sum;
            first += count;
        }

        new Tolerance(1e-14 * whole.TokenLoss.Sum(Math.Abs), 1e-12).Sum(whole.Sum, sum, $"seed {seed}: {c}");
    });

    [Fact]
    public void PositionsThatDoNotCount_MayBeDeleted() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed, rows: true);
        CallSettings settings = new() { Order = AxisOrder.Rows, Reduction = Reduction.Sum };
        Outcome all = CrossEntropyCall.Run(c, settings);
        Positions positions = CrossEntropyReference.PositionsOf(c);
        int[] counted = [.. Enumerable.Range(0, c.Batch).Where(i => positions.Weight[i] != 0)];
        LossSum sum = default;
        foreach (int i in counted)
        {
            Outcome alone = CrossEntropyCall.Run(c.Slice(i, 1), settings);
            sum += alone.Sum;
            Assert.Equal(all.Gradient.Skip(i * c.Classes).Take(c.Classes), alone.Gradient);
        }

        Tolerance.Sums.Loss(sum.Sum, all.Sum.Sum, $"seed {seed}: {c}");
        Assert.Equal((sum.Tokens, sum.NonZero, sum.Correct ?? 0), (all.Sum.Tokens, all.Sum.NonZero, all.Sum.Correct ?? 0));
        IEnumerable<int> others = Enumerable.Range(0, c.Batch).Except(counted);
        Assert.All(others.SelectMany(i => all.Gradient.Skip(i * c.Classes).Take(c.Classes)), g => Assert.Equal(0, g));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(150)]
    public void AnyAmountOfPadding_ChangesNothing(int padding) => Law.Holds(30, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        c = c with { Weighting = c.Weighting with { Lengths = c.Weighting.Lengths ?? [.. Enumerable.Repeat(c.Time, c.Batch)] } };

        // One step with the class axis second is rows, whose sums have another order: the last bits may differ there.
        AxisOrder order = c.Time == 1 ? AxisOrder.BatchTimeClass : OrderOf(seed);
        CrossEntropyCase padded = Pad(c, padding);
        foreach (Reduction reduction in new[] { Reduction.Mean, Reduction.MeanBatch, Reduction.PerExample, Reduction.MeanValid })
        {
            CallSettings settings = new() { Order = order, Reduction = reduction };
            Outcome expected = CrossEntropyCall.Run(c, settings);
            Outcome actual = CrossEntropyCall.Run(padded, settings);
            Assert.Equal(expected.Reduced, actual.Reduced);
            Assert.Equal(expected.Sum with { Elements = actual.Sum.Elements }, actual.Sum);
            Assert.Equal(Pad(c with { Scores = expected.Gradient }, padding, filler: 0).Scores, actual.Gradient);
        }
    });

    [Fact]
    public void InPlace_EqualsOutOfPlace() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        CallSettings settings = new() { Order = OrderOf(seed), Storage = (Storage)(seed / 3 % 4) };
        Outcome expected = CrossEntropyCall.Run(c, settings);
        Outcome actual = CrossEntropyCall.Run(c, settings with { IsInPlace = true });
        Assert.Equal(expected.GradientBytes, actual.GradientBytes);
        Assert.Equal(expected.TokenLoss, actual.TokenLoss);
        Assert.Equal(expected.Sum, actual.Sum);
    });

    [Fact]
    public void AskingForAGradient_ChangesNoLoss() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        CallSettings settings = new() { Order = OrderOf(seed), Storage = (Storage)(seed / 3 % 4) };
        Outcome with = CrossEntropyCall.Run(c, settings);
        Outcome without = CrossEntropyCall.Run(c, settings with { WantsGradient = false });
        Assert.Equal(with.TokenLoss, without.TokenLoss);
        Assert.Equal(with.Sum, without.Sum);
    });

    [Fact]
    public void AllLayouts_Agree() => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed).StoredAs(Storage.Single);
        Reduction reduction = Reductions.Of(seed, c.Distribution is not null);
        CallSettings settings = new() { Reduction = reduction };
        Outcome rows = CrossEntropyCall.Run(c, settings);
        Outcome timeMajor = CrossEntropyCall.Run(c, settings with { Order = AxisOrder.TimeBatchClass });
        Outcome columns = CrossEntropyCall.Run(c, settings with { Order = AxisOrder.BatchClassTime });
        string what = $"seed {seed}: {c}";
        Assert.Equal(rows.TokenLoss, timeMajor.TokenLoss);
        Tolerance.Single.Sum(rows.Sum, timeMajor.Sum, what);
        Tolerance.Single.Gradient(rows.Gradient, timeMajor.Gradient, what);
        Tolerance.Single.Losses(rows.TokenLoss, columns.TokenLoss, what);
        Tolerance.Single.Losses(rows.Reduced, columns.Reduced, what);
        Tolerance.Single.Gradient(rows.Gradient, columns.Gradient, what);
        Tolerance.Single.Sum(rows.Sum, columns.Sum, what);
        Assert.Equal(rows.ArgMax, columns.ArgMax);
    });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NonFiniteScoresThatDoNotCount_ReachNothing(double poison) => Law.Holds(Draws, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        Positions positions = CrossEntropyReference.PositionsOf(c);
        double[] poisoned = [.. c.Scores.Select((x, i) => positions.Weight[i / c.Classes] == 0 ? poison : x)];
        CallSettings settings = new() { Order = OrderOf(seed), Reduction = Reductions.Of(seed, c.Distribution is not null) };
        Outcome expected = CrossEntropyCall.Run(c, settings);
        Outcome actual = CrossEntropyCall.Run(c with { Scores = poisoned }, settings);
        Assert.Equal(expected.TokenLoss, actual.TokenLoss);
        Assert.Equal(expected.Reduced, actual.Reduced);
        Assert.Equal(expected.GradientBytes, actual.GradientBytes);
        Assert.Equal(expected.Sum, actual.Sum);
    });

    [Fact]
    public void SixteenBitScores_GiveTheSingleAnswerRoundedOnce() => Law.Holds(Draws, seed =>
    {
        Storage storage = seed % 2 == 0 ? Storage.Half : Storage.BFloat16;

        // A clipped row has a double answer, which would be rounded twice on the way through a float.
        CrossEntropyCase c = RandomCases.CrossEntropy(seed).StoredAs(storage) with { Clip = null };
        CallSettings settings = new() { Order = OrderOf(seed / 2) };
        Outcome single = CrossEntropyCall.Run(c, settings);
        Outcome narrow = CrossEntropyCall.Run(c, settings with { Storage = storage });
        Outcome wideGradient = CrossEntropyCall.Run(c, settings with { Storage = storage, GradientStorage = Storage.Single });
        Assert.Equal(single.TokenLoss, narrow.TokenLoss);
        Assert.Equal(single.Sum, narrow.Sum);
        Assert.Equal(single.GradientBytes, wideGradient.GradientBytes);
        Assert.Equal(Array.ConvertAll(single.Gradient, g => ScoreArray.Round(storage, g)), narrow.Gradient);
    });

    private static AxisOrder OrderOf(int seed) => (AxisOrder)(seed % 3);

    /// <summary>The case with steps behind its end that do not count: their scores are the filler, their ids out of range.</summary>
    private static CrossEntropyCase Pad(CrossEntropyCase c, int padding, double filler = double.NaN)
    {
        int time = c.Time + padding;
        T[] Widen<T>(T[] values, int width, T pad) =>
        [
            .. Enumerable.Range(0, c.Batch * time * width).Select(i => i / width % time < c.Time
                ? values[(((i / width / time * c.Time) + (i / width % time)) * width) + (i % width)]
                : pad),
        ];
        return c with
        {
            Time = time,
            Scores = Widen(c.Scores, c.Classes, filler),
            Ids = c.Ids is null ? null : Widen(c.Ids, 1, -7),
            Distribution = c.Distribution is null ? null : Widen(c.Distribution, c.Classes, double.NaN),
            Weighting = c.Weighting with
            {
                Mask = c.Weighting.Mask is null ? null : Widen(c.Weighting.Mask, 1, true),
                TokenWeights = c.Weighting.TokenWeights is null ? null : Widen(c.Weighting.TokenWeights, 1, 3),
            },
        };
    }
}
