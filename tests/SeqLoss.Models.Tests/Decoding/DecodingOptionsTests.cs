using System;
using SeqLoss.Models.Decoding;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

public sealed class DecodingOptionsTests
{
    public static TheoryData<DecodingOptions, string> Refused => new()
    {
        { new() { BeamSize = 0 }, "The beam size is 0" },
        { new() { NBest = 0 }, "The 0 best hypotheses" },
        { new() { BeamSize = 4, NBest = 5 }, "a beam of 4 gives 1..4" },
        { new() { MinLength = 0 }, "Targets of 0 to 256 steps" },
        { new() { MinLength = 9, MaxLength = 8 }, "Targets of 9 to 8 steps" },
        { new() { MaxLengthFactor = -1 }, "-1 times the source" },
        { new() { MaxLengthFactor = double.NaN }, "NaN times the source" },
        { new() { MaxLengthOffset = -2 }, "and -2 steps" },
        { new() { MaxSourceLength = 0 }, "Sources of at most 0 steps" },
        { new() { LengthPenalty = LengthPenalty.Google(-0.1) }, "alpha is -0.1" },
        { new() { LengthPenalty = LengthPenalty.Power(double.NaN) }, "alpha is NaN" },
        { new() { LengthPenalty = new((LengthPenaltyKind)7, 1) }, "The length penalty 7 is not known" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatDoesNotFitTogether_IsRefusedByASentence(DecodingOptions options, string part)
    {
        ScriptedModel model = ScriptedModel.Random(0);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new BeamSearch(model, options));
        Assert.Contains(part, refusal.Message);
    }

    [Theory]
    [InlineData(1, 1, 6)]
    [InlineData(10, 1, 20)]
    [InlineData(11, 1, 21)]
    [InlineData(11, 30, 30)]
    [InlineData(100, 1, 60)]
    [InlineData(int.MaxValue, 1, 60)]
    public void TheGreatestLength_FollowsTheSourceWithinItsBounds(int source, int minLength, int expected)
    {
        DecodingOptions options = new() { MinLength = minLength, MaxLength = 60, MaxLengthFactor = 1.5, MaxLengthOffset = 5 };
        Assert.Equal(expected, options.MaxLengthFor(source));
    }

    [Fact]
    public void Penalties_HaveTheDivisorsOfTheirFormulas()
    {
        Assert.Equal(1, LengthPenalty.None.Divisor(7));
        Assert.Equal(2, LengthPenalty.Google(1).Divisor(7));
        Assert.Equal(4, LengthPenalty.Google(2).Divisor(7));
        Assert.Equal(1, LengthPenalty.Google(0.6).Divisor(1));
        Assert.Equal(3, LengthPenalty.Power(0.5).Divisor(9), 1e-12);
        Assert.Equal(-0.5, LengthPenalty.Power(1).Score(-4, 8));
        Assert.Equal(default, LengthPenalty.None);
    }
}
