using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Micro-batches of any raggedness make the loss and the gradient of their whole.</summary>
public sealed class LossAccumulatorTests
{
    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.Sum)]
    [InlineData(Reduction.MeanBatch)]
    [InlineData(Reduction.MeanNonzero)]
    [InlineData(Reduction.MeanValid)]
    [InlineData(Reduction.MeanElements)]
    public void RaggedMicroBatches_GiveTheGradientOfTheWhole(Reduction reduction) => Law.Holds(60, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed) with { Door = Door.Logits, Clip = null };
        Outcome whole = CrossEntropyCall.Run(c, new() { Storage = Storage.Double, Reduction = reduction });
        LossAccumulator accumulator = new(reduction);
        double[] gradient = [.. MicroBatches(c, seed).SelectMany(part =>
        {
            Outcome outcome = CrossEntropyCall.Run(part, new() { Storage = Storage.Double, Reduction = Reduction.Sum });
            accumulator.Add(outcome.Sum);
            return outcome.Gradient;
        })];
        double scale = accumulator.GradientScale;
        double[] scaledByHand = Array.ConvertAll(gradient, g => g * scale);
        accumulator.ScaleGradient<double>(gradient);
        string what = $"seed {seed}: {c}";
        Tolerance.Double.Gradient(whole.Gradient, gradient, what);
        Tolerance.Double.Gradient(whole.Gradient, scaledByHand, what);
        Tolerance.Double.Sum(whole.Sum, accumulator.Close(), what);
    });

    /// <summary>Micro-batches of 3 + 3 + 1 sequences whose token counts differ: a mean of their means is another number.</summary>
    [Fact]
    public void ShortLastWindow_IsDividedByWhatItCounted()
    {
        CrossEntropyCase c = RandomCases.Plain(9, 7, 4, 6) with { Weighting = new() { Lengths = [4, 1, 2, 1, 1, 3, 4] } };
        LossAccumulator accumulator = new();
        foreach ((int first, int count) in new[] { (0, 3), (3, 3) })
        {
            accumulator.Add(CrossEntropyCall.Run(c.Slice(first, count), new() { Reduction = Reduction.Sum }).Sum);
        }

        Assert.Equal(12, accumulator.Close().Tokens);
        Assert.Equal(default, accumulator.Total);
        Outcome last = CrossEntropyCall.Run(c.Slice(6, 1), new() { Reduction = Reduction.Sum });
        accumulator.Add(last.Sum);
        Assert.Equal(0.25, accumulator.GradientScale);
        float[] gradient = [8, -4];
        accumulator.ScaleGradient<float>(gradient);
        Assert.Equal([2, -1], gradient);
        Assert.Equal(last.Sum, accumulator.Close());
    }

    [Fact]
    public void WindowInWhichNothingCounts_HasNoGradient()
    {
        LossAccumulator accumulator = new();
        accumulator.Add(new() { Elements = 4, Sequences = 1 });
        double[] gradient = [double.NaN, 3];
        Assert.Equal(0, accumulator.GradientScale);
        accumulator.ScaleGradient<double>(gradient);
        Assert.Equal([0, 0], gradient);
        Assert.Equal(Reduction.Mean, accumulator.Reduction);
    }

    private static IEnumerable<CrossEntropyCase> MicroBatches(CrossEntropyCase c, int seed)
    {
        Random random = new(seed);
        for (int first = 0, count; first < c.Batch; first += count)
        {
            count = random.Next(1, c.Batch - first + 1);
            yield return c.Slice(first, count);
        }
    }
}
