using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>The filter of small gradients: what it drops is bounded as documented.</summary>
public sealed class GradientFilterTests
{
    private const int Run = 240;

    private static readonly CallSettings Settings = new() { Order = AxisOrder.Rows, Reduction = Reduction.Sum };

    [Theory]
    [InlineData(ProductPrecision.AsGiven)]
    [InlineData(ProductPrecision.BFloat16)]
    public void FilterThatDropsNothing_ChangesLastDigitsAlone(ProductPrecision precision)
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(1, 170, 1, 7000), 16, 2);
        LinearCrossEntropyOptions options = new() { Precision = precision, WorkspaceBytes = 6 << 20 };
        ProjectionOutcome all = ProjectionCall.Run(c, Settings, options);
        ProjectionOutcome filtered = ProjectionCall.Run(c, Settings, options with { GradientFilter = 1e-30 });
        ProjectionAssert.HasNormOf(Array.ConvertAll(all.Hidden, value => (double)value), filtered.Hidden, "hidden");
        ProjectionAssert.HasNormOf(Array.ConvertAll(all.Vocabulary, value => (double)value), filtered.Vocabulary, "vocabulary");
    }

    [Fact]
    public void WhatIsDropped_IsBoundedAndTheRestIsNot()
    {
        const int Tokens = 40, Classes = 2000, Features = 12;
        const double Threshold = 1e-3;
        CrossEntropyCase loss = RandomCases.Plain(1, Tokens, 1, Classes) with { Weighting = Weights(Tokens) };
        ProjectionCase c = ProjectionCase.Of(loss, Features, 2, scale: 4);
        for (int k = 0; k < Classes; k++)
        {
            c.Bias![k] = -k / 150;
        }

        c = c.WithLogits();
        ProjectionOutcome all = ProjectionCall.Run(c, Settings);
        ProjectionOutcome filtered = ProjectionCall.Run(c, Settings, new() { GradientFilter = Threshold });
        Assert.Equal(all.TokenLoss, filtered.TokenLoss);
        Assert.Equal(all.Bias, filtered.Bias);

        double[] ofLogits = CrossEntropyReference.ClosedFormGradient(c.Loss, Reduction.Sum);
        double[] coefficients = CrossEntropyReference.PositionsOf(c.Loss).Coefficients(Reduction.Sum, null);
        double[] left = [.. ofLogits];
        int dropped = 0;
        for (int token = 0; token < Tokens; token++)
        {
            for (int first = 0; first < Classes; first += Run)
            {
                Span<double> run = left.AsSpan((token * Classes) + first, Math.Min(Run, Classes - first));
                if (run.ToArray().Max(Math.Abs) < Threshold * Math.Abs(coefficients[token]))
                {
                    run.Clear();
                    dropped++;
                }
            }
        }

        Assert.InRange(dropped, Tokens, Tokens * 6);
        (double[] hidden, double[] vocabulary, _) = c.Gradients(left);
        ProjectionAssert.HasNormOf(hidden, filtered.Hidden, "hidden");
        ProjectionAssert.HasNormOf(vocabulary, filtered.Vocabulary, "vocabulary");
    }

    [Fact]
    public void ClassesThatNoTokenHasLeft_HaveNoGradient()
    {
        CrossEntropyCase loss = RandomCases.Plain(1, 30, 1, 1000) with { Ids = [.. Enumerable.Range(0, 30).Select(i => (long)i)] };
        ProjectionCase c = ProjectionCase.Of(loss, 12, 2);
        for (int k = 720; k < 1000; k++)
        {
            c.Bias![k] = -60;
        }

        ProjectionOutcome filtered = ProjectionCall.Run(c.WithLogits(), Settings, new() { GradientFilter = 1e-12 });
        Assert.All(filtered.Vocabulary[(720 * 12)..], value => Assert.Equal(0f, value));
        Assert.DoesNotContain(0f, filtered.Vocabulary[..(720 * 12)]);
    }

    private static Weighting Weights(int tokens)
        => new() { TokenWeights = [.. Enumerable.Range(0, tokens).Select(i => i % 5 == 0 ? -0.25 : 1 + (i % 3))] };
}
