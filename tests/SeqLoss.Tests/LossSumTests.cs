using System;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>A sum that remembers what it counted.</summary>
public sealed class LossSumTests
{
    private static readonly LossSum Some = new()
    {
        Sum = 6,
        Weight = 4,
        NonZero = 3,
        Elements = 8,
        Sequences = 2,
        Valid = 5,
        Tokens = 3,
        TokenWeight = 2,
        NegativeLogLikelihood = 2 * Math.Log(8),
        Correct = 1,
    };

    [Fact]
    public void DerivedValues_FollowTheirDefinitions()
    {
        Assert.Equal(1.5, Some.Mean);
        Assert.Equal(8, Some.Perplexity, 1e-14);
        Assert.Equal(3, Some.BitsPerToken, 1e-14);
        Assert.Equal(1.0 / 3, Some.Accuracy);
    }

    [Theory]
    [InlineData(Reduction.Sum, 1)]
    [InlineData(Reduction.Mean, 4)]
    [InlineData(Reduction.MeanBatch, 2)]
    [InlineData(Reduction.MeanNonzero, 3)]
    [InlineData(Reduction.MeanValid, 5)]
    [InlineData(Reduction.MeanElements, 8)]
    public void Divisor_IsWhatTheReductionDividesBy(Reduction reduction, double divisor) => Assert.Equal(divisor, Some.Divisor(reduction));

    [Theory]
    [InlineData(Reduction.None)]
    [InlineData(Reduction.PerExample)]
    [InlineData(Reduction.PerTimestepNonzero)]
    [InlineData(Reduction.MeanPerExample)]
    [InlineData(Reduction.MeanClassWeight)]
    public void Divisor_OfWhatASumForgets_IsRefused(Reduction reduction)
    {
        LossOptionException refusal = Assert.Throws<LossOptionException>(() => Some.Divisor(reduction));
        Assert.Contains($"{reduction} cannot be derived from a sum", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plus_AddsEveryField()
    {
        LossSum other = new()
        {
            Sum = 10,
            Weight = 20,
            NonZero = 30,
            Elements = 40,
            Sequences = 50,
            Valid = 60,
            Tokens = 70,
            TokenWeight = 80,
            NegativeLogLikelihood = 90,
            Correct = 100,
        };
        LossSum both = Some + other;
        Assert.Equal((16, 24, 33, 48), (both.Sum, both.Weight, both.NonZero, both.Elements));
        Assert.Equal((52, 65, 73, 82), (both.Sequences, both.Valid, both.Tokens, both.TokenWeight));
        Assert.Equal((90 + (2 * Math.Log(8)), 101), (both.NegativeLogLikelihood!.Value, both.Correct!.Value));
        Assert.Equal(both, LossSum.Add(Some, other));
        Assert.Equal(both, other + Some);
    }

    [Fact]
    public void Default_IsTheSumOfNothing()
    {
        Assert.Equal(Some, Some + default(LossSum));
        Assert.Equal(Some, default(LossSum) + Some);
        LossSum regression = Some with { NegativeLogLikelihood = null, Correct = null };
        Assert.Equal(regression, default(LossSum) + regression);
        Assert.Equal(0, default(LossSum).Mean);
        Assert.Equal(double.NaN, default(LossSum).Perplexity);
        Assert.Equal(double.NaN, default(LossSum).BitsPerToken);
        Assert.Equal(double.NaN, default(LossSum).Accuracy);
    }

    [Fact]
    public void Regression_HasNoLikelihood()
    {
        LossSum regression = Some with { NegativeLogLikelihood = null, Correct = null };
        Assert.Equal(double.NaN, regression.Perplexity);
        Assert.Equal(double.NaN, regression.Accuracy);
        Assert.Null((regression + regression).NegativeLogLikelihood);
        Assert.Null((regression + regression).Correct);
    }
}
