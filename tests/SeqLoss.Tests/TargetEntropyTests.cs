using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Errors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Cross-entropy less the entropy of the targets: published divergences, laws and a refusal.</summary>
/// <remarks>Drawn cases against the reference are in <see cref="GradientTests"/>.</remarks>
public sealed class TargetEntropyTests
{
    /// <summary>JoeyNMT, test/unit/test_loss.py: V = 5, pad 0.</summary>
    [Theory]
    [InlineData(0.4, 2.1326)]
    [InlineData(0, 5.6268)]
    public void JoeyNmt_HasItsLoss(double smoothing, double expected)
    {
        float[] logProbs = [.. Enumerable.Range(0, 6 * 5).Select(i => MathF.Log(i % 5 == 2 ? 0.6f : 0.1f))];
        LossSum sum = CrossEntropy.FromLogProbs(
            new ReadOnlyTensorSpan<float>(logProbs, [3, 2, 5]),
            new ReadOnlyTensorSpan<int>([2, 1, 2, 0, 1, 0], [3, 2]),
            TokenWeights.FromIgnoreIndex(0),
            new() { LabelSmoothing = smoothing, Smoothing = SmoothingKind.OthersButPad, PadIndex = 0, SubtractTargetEntropy = true });
        Assert.Equal(expected, sum.Sum, 5e-5);
    }

    /// <summary>One row of five logits, ε = 0.1 over V − 2 classes: both forms of the same smoothing.</summary>
    [Theory]
    [InlineData(false, 1.6911046063)]
    [InlineData(true, 1.2561604040)]
    public void BothFormsOfOneSmoothing_HaveTheirLosses(bool subtracts, double expected)
    {
        LossSum sum = CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<double>([2, 1, 0.5, -1, 0], [1, 5]),
            new ReadOnlyTensorSpan<int>([1]),
            options: new()
            {
                Layout = ScoreLayout.Nv,
                LabelSmoothing = 0.1,
                Smoothing = SmoothingKind.OthersButPad,
                PadIndex = 0,
                SubtractTargetEntropy = subtracts,
            });
        Assert.Equal(expected, sum.Sum, 1e-10);
    }

    /// <summary>optax/losses/_classification_test.py, KLDivergenceTest; a target of probability 0 among them.</summary>
    [Fact]
    public void Optax_HasItsDivergences()
    {
        float[] logProbs =
        [
            -2.9957f, -3.5066f, -3.9120f, -1.2040f, -0.6931f, -2.3026f,
            -1.6094f, -1.6094f, -1.6094f, -2.3026f, -1.8971f, -1.8971f,
        ];
        float[] targets = [0.2f, 0.2f, 0.2f, 0.1f, 0.15f, 0.15f, 0.05f, 0.03f, 0.02f, 0.3f, 0.5f, 0];
        double[] losses = new double[2];
        CrossEntropy.FromLogProbs(
            new ReadOnlyTensorSpan<float>(logProbs, [2, 6]),
            new ReadOnlyTensorSpan<float>(targets, [2, 6]),
            options: new() { Layout = ScoreLayout.Nv, SubtractTargetEntropy = true },
            outputs: new() { TokenLoss = losses });
        new Tolerance(0, 1e-6).Losses([0.8875577, 0.7592807], losses, "divergence");
    }

    /// <summary>keras/src/losses/losses_test.py, KLDivergenceTest: the mean over the batch, both sides clipped.</summary>
    [Fact]
    public void Keras_HasItsDivergence()
    {
        LossSum sum = CrossEntropy.FromProbabilities(
            new ReadOnlyTensorSpan<double>([0.4, 0.9, 0.12, 0.36, 0.3, 0.4], [2, 3]),
            new ReadOnlyTensorSpan<double>([0.5, 0.8, 0.12, 0.7, 0.43, 0.8], [2, 3]),
            options: new()
            {
                Layout = ScoreLayout.Nv,
                Clip = new() { Min = 1e-7, Max = 1, ClipTargets = true },
                SubtractTargetEntropy = true,
            });
        Assert.Equal(0.5960738398643668, sum.Mean, 1e-7);
    }

    /// <summary>The divergence of a distribution from itself is 0, to the accuracy of its cross-entropy.</summary>
    [Theory]
    [InlineData("BatchTimeClass")]
    [InlineData("BatchClassTime")]
    public void PerfectFit_CostsNothing(string order) => Law.Holds(50, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed, hasIds: false);
        c = c with
        {
            Door = Door.Probabilities,
            Scores = c.Distribution!,
            LabelSmoothing = 0,
            PadIndex = null,
            Smoothing = SmoothingKind.All,
            ClassWeights = null,
            ZLoss = 0,
            SoftCap = null,
            Temperature = 1,
            Clip = null,
            SubtractsTargetEntropy = true,
        };
        Outcome outcome = CrossEntropyCall.Run(c, new() { Order = Enum.Parse<AxisOrder>(order) });
        Assert.All(outcome.TokenLoss, loss => Assert.Equal(0, loss, 1e-6));
    });

    /// <summary>A constant of the scores: gradient, likelihood and counts keep their bits.</summary>
    [Fact]
    public void Entropy_IsAConstantOfTheScores() => Law.Holds(100, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed) with { ClassWeights = null };
        CallSettings settings = new() { Order = (AxisOrder)(seed % 3) };
        Outcome with = CrossEntropyCall.Run(c with { SubtractsTargetEntropy = true }, settings);
        Outcome without = CrossEntropyCall.Run(c with { SubtractsTargetEntropy = false }, settings);
        Assert.Equal(without.GradientBytes, with.GradientBytes);
        Assert.Equal(without.Sum with { Sum = 0 }, with.Sum with { Sum = 0 });
    });

    [Fact]
    public void ClassWeights_AreRefused() => new Refusal(2, 3, 4)
    {
        Options = new() { SubtractTargetEntropy = true, ClassWeights = ClassWeights.From(new float[4]) },
    }.OfCrossEntropy<LossOptionException>("the entropy of the targets is not subtracted from a loss with class weights");
}
