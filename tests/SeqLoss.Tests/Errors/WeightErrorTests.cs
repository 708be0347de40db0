using System;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Weights that hold what they may not, or do not fit the scores.</summary>
public sealed class WeightErrorTests
{
    [Fact]
    public void Values_AreCheckedWhenTheWeightsAreMade()
    {
        Refusal refusal = new(1, 1);
        refusal.Check<LossInputException>(() => TokenWeights.FromLengths((ReadOnlySpan<int>)[3, -1]), "length[b=1] is -1", "0..T");
        refusal.Check<LossInputException>(() => TokenWeights.FromLengths((ReadOnlySpan<long>)[-5]), "length[b=0] is -5");
        refusal.Check<LossInputException>(
            () => TokenWeights.FromMask(new ReadOnlyTensorSpan<float>([1, 0, 0.5f, 1], [2, 2])), "mask[1, 0] is 0.5", "only 0 and 1");
        refusal.Check<LossInputException>(() => TokenWeights.FromMask(new ReadOnlyTensorSpan<int>([1, 2])), "mask[1] is 2");
        refusal.Check<LossInputException>(
            () => TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>([1, double.NaN], [1, 1, 2])), "weight[0, 0, 1] is NaN", "finite");
        refusal.Check<LossInputException>(
            () => TokenWeights.FromExampleWeights([1, float.PositiveInfinity]), "example weight[b=1] is +infinity", "finite");
        refusal.Check<LossInputException>(
            () => TokenWeights.FromWeights(new ReadOnlyTensorSpan<char>(['a'])), "Char is not a numeric type");
    }

    [Fact]
    public void Shapes_AreCheckedAgainstTheScores()
    {
        void Refuse(TokenWeights weights, params string[] phrases)
        {
            new Refusal(2, 3, 4) { Weights = weights }.OfCrossEntropy<LossInputException>(phrases);
            new Refusal(2, 3, 4) { Weights = weights }.OfRegression<LossInputException>(RegressionError.Squared, null, phrases);
        }

        Refuse(TokenWeights.FromLengths((ReadOnlySpan<int>)[3, 3, 3]), "lengths have shape [3]", "2 sequences", "[2] is needed");
        Refuse(TokenWeights.FromLengths((ReadOnlySpan<int>)[3, 4]), "length[b=1] is 4, but the sequences have 3 steps (0..3)");
        Refuse(TokenWeights.FromExampleWeights(new float[6]), "example weights have shape [6]", "[2] is needed");
        Refuse(TokenWeights.FromMask(new ReadOnlyTensorSpan<bool>(new bool[6], [3, 2])), "mask of shape [3, 2]", "[2, 3]");
        Refuse(TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(new double[6])), "token weights of shape [6]", "[2, 3]");
    }

    [Fact]
    public void ElementWeights_AreForRegression()
    {
        TokenWeights elements = TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(new double[24], [2, 3, 4]));
        new Refusal(2, 3, 4) { Weights = elements }.OfCrossEntropy<LossInputException>("token weights of shape [2, 3, 4]", "[2, 3]");
    }

    [Fact]
    public void TimeMajorMask_HasTheOrderOfTheScores()
        => new Refusal(3, 2, 4)
        {
            Weights = TokenWeights.FromMask(new ReadOnlyTensorSpan<bool>(new bool[6], [2, 3])),
            Options = new() { Layout = ScoreLayout.Tbv },
        }.OfCrossEntropy<LossInputException>("mask of shape [2, 3]", "[3, 2]");

    [Fact]
    public void SequenceWeights_AreRefusedForRows()
    {
        CrossEntropyOptions rows = new() { Layout = ScoreLayout.Nv };
        new Refusal(2, 4) { Options = rows, Weights = TokenWeights.FromLengths((ReadOnlySpan<int>)[1, 1]) }
            .OfCrossEntropy<LossOptionException>("lengths are [B]", "rows without sequences");
        new Refusal(2, 4) { Options = rows, Weights = TokenWeights.FromExampleWeights([1f, 1f]) }
            .OfCrossEntropy<LossOptionException>("example weights are [B]", "rows without sequences");
        new Refusal(2, 4) { Weights = TokenWeights.FromLengths((ReadOnlySpan<int>)[1, 1]) }
            .OfRegression<LossOptionException>(RegressionError.Squared, new() { Layout = RegressionLayout.Nd }, "lengths are [B]");
    }

    [Fact]
    public void IgnoredId_IsForIds()
    {
        TokenWeights ignored = TokenWeights.FromIgnoreIndex(-100);
        new Refusal(2, 3, 4) { Weights = ignored }.OfDistributions<LossOptionException>("an ignored id (-100) applies to id targets only");
        new Refusal(2, 3, 4) { Weights = ignored }
            .OfRegression<LossOptionException>(RegressionError.Squared, null, "an ignored id (-100) applies to id targets only");
    }

    [Fact]
    public void NonzeroRows_NeedTheLayoutOfTheDistribution() => new Refusal(1, 1).Check<LossInputException>(
        () => TokenWeights.FromNonzeroRows(new ReadOnlyTensorSpan<float>(new float[6], [2, 3])),
        "the shape of the distribution is [2, 3]",
        "3 axes");

    [Fact]
    public void MissingWeights_AreRefused()
    {
        TokenWeights some = TokenWeights.FromIgnoreIndex(0);
        Assert.Throws<ArgumentNullException>(() => some & null!);
        Assert.Throws<ArgumentNullException>(() => null! & some);
        Assert.Throws<ArgumentNullException>(() => TokenWeights.FromMask((Tensor<bool>)null!));
        Assert.Throws<ArgumentNullException>(() => TokenWeights.FromWeights((Tensor<float>)null!));
    }
}
