using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using Xunit;

namespace SeqLoss.Training.Tests.Examples;

public sealed class SmallExampleTests
{
    [Fact]
    public void Reverse_TurnsDifferentSequencesOfTheRightLengths()
    {
        ReverseExample example = ReverseExample.Create(seed: 42, trainCount: 5000);
        TextPair[] all = [.. example.Training, .. example.Validation, .. example.Test];
        Assert.Equal(7000, all.Select(pair => pair.Source).Distinct().Count());
        Assert.All(all, pair =>
        {
            Assert.Equal(pair.Source.Split(' ').Reverse(), pair.Target.Split(' '));
            Assert.All(pair.Source.Split(' '), word => Assert.InRange(int.Parse(word, CultureInfo.InvariantCulture), 0, 49));
        });
        Assert.Equal((1, 25), LengthRange(example.Training));
        Assert.Equal((1, 30), LengthRange(example.Test));
        Assert.Equal(50, example.Training.SelectMany(pair => pair.Source.Split(' ')).Distinct().Count());
        Assert.Equal(example.Test.AsEnumerable(), ReverseExample.Create(42, 10).Test);
        Assert.NotEqual(example.Test.AsEnumerable(), ReverseExample.Create(43, 10).Test);
    }

    [Fact]
    public void Addition_IsRightAndEachSumInOnePart()
    {
        AdditionExample example = AdditionExample.Create(seed: 1, trainCount: 20_000);
        TextPair[] all = [.. example.Training, .. example.Validation, .. example.Test];
        Assert.Equal(22_000, all.Select(pair => pair.Source).Distinct().Count());
        Assert.All(all, pair =>
        {
            int[] terms = [.. pair.Source.Split('+').Select(term => int.Parse(term, CultureInfo.InvariantCulture))];
            Assert.Equal(terms[0] + terms[1], int.Parse(pair.Target, CultureInfo.InvariantCulture));
            Assert.InRange(terms.Max(), 0, 999);
        });
        Assert.Equal(example.Test.AsEnumerable(), AdditionExample.Create(1, 10).Test);
    }

    /// <summary>A target of another wave, or of other steps, would show as a jump at the seam.</summary>
    [Fact]
    public void Waves_GoOnInTheirTargets()
    {
        ForecastExample example = ForecastExample.Create(seed: 3, trainCount: 100);
        Assert.Equal((100, 500, 500), (example.Training.Count, example.Validation.Count, example.Test.Count));
        var (source, target) = ((FeatureStore)example.Test.Source, (FeatureStore)example.Test.Target);
        double worst = 0;
        double step = 0;
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal((48, 12), (source.Length(i), target.Length(i)));
            // The second difference of a sine is at most 2 - 2cos(2π/p) of its amplitude; the noise has weights 1, 2 and 1.
            double second = target[i][0] - (2 * source[i][^1]) + source[i][^2];
            worst = Math.Max(worst, Math.Abs(second));
            step = Math.Max(step, Math.Abs(target[i][^1] - source[i][^1]));
        }

        Assert.InRange(worst, 0.2, 2 * (2 - (2 * Math.Cos(2 * Math.PI / 8))) + (0.05 * 12));
        Assert.InRange(step, 1.5, 4.4);
    }

    [Fact]
    public void LastValue_IsAWeakForecast()
    {
        ForecastExample example = ForecastExample.Create(seed: 3, trainCount: 10);
        var (source, target) = ((FeatureStore)example.Test.Source, (FeatureStore)example.Test.Target);
        IEnumerable<double> errors =
            from i in Enumerable.Range(0, 500)
            from t in Enumerable.Range(0, 12)
            select Math.Pow(target[i][t] - source[i][47], 2);
        Assert.Equal(errors.Average(), ForecastExample.LastValueError(example.Test), 9);
        Assert.InRange(ForecastExample.LastValueError(example.Test), 0.5, 2);
    }

    /// <summary>The nearest pair of directions, taken from other scenes, reads every caption back.</summary>
    [Fact]
    public void Captions_CanBeReadOffTheirFeatures()
    {
        CaptionExample example = CaptionExample.Create(seed: 4, trainCount: 2000);
        var (known, seen) = ((FeatureStore)example.Validation.Source, (FeatureStore)example.Test.Source);
        (string Words, float[] Vector)[] things =
            [.. Enumerable.Range(0, 500).SelectMany(i => Things(example.ValidationCaptions[i], known, i))];
        int right = 0;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(CaptionExample.Words.Encode(example.TestCaptions[i]), ((TokenStore)example.Test.Target)[i].ToArray());
            string read = string.Join(" and ", Things(example.TestCaptions[i], seen, i)
                .Select(thing => things.MinBy(other => Distance(other.Vector, thing.Vector)).Words));
            right += read == example.TestCaptions[i] ? 1 : 0;
        }

        Assert.Equal(100, right);
        Assert.Equal(30, things.Select(thing => thing.Words).Distinct().Count());
    }

    [Fact]
    public void Sizes_HaveARange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReverseExample.Create(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReverseExample.Create(0, 1_000_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdditionExample.Create(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdditionExample.Create(0, 500_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => ForecastExample.Create(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CaptionExample.Create(0, 0));
    }

    private static (int Least, int Most) LengthRange(IEnumerable<TextPair> pairs)
    {
        int[] lengths = [.. pairs.Select(pair => pair.Source.Split(' ').Length)];
        return (lengths.Min(), lengths.Max());
    }

    private static IEnumerable<(string Words, float[] Vector)> Things(string caption, FeatureStore store, int index) =>
        caption.Split(" and ").Select((words, j) => (words, store[index].Slice(j * 16, 16).ToArray()));

    private static double Distance(float[] left, float[] right) => left.Zip(right, (a, b) => (a - b) * (double)(a - b)).Sum();
}
