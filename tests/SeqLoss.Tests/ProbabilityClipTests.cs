using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Errors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Clipped probabilities: published numbers of Keras 3, the edges of the bounds, and refusals.</summary>
/// <remarks>Drawn cases against the reference are in <see cref="GradientTests"/>.</remarks>
public sealed class ProbabilityClipTests
{
    private static readonly ProbabilityClip Keras = new() { Min = 1e-7, Max = 1 - 1e-7, Renormalize = true };

    /// <summary>keras/src/losses/losses_test.py, CategoricalCrossentropyTest, probabilities that do not sum to 1.</summary>
    [Fact]
    public void KerasProbabilities_HaveItsLosses()
    {
        float[] p = [0.9f, 0.05f, 0.05f, 0.5f, 0.89f, 0.6f, 0.05f, 0.01f, 0.94f];
        LossSum Loss(params double[] weights) => CrossEntropy.FromProbabilities(
            new ReadOnlyTensorSpan<float>(p, [3, 3]),
            new ReadOnlyTensorSpan<int>([0, 1, 2]),
            TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(weights)),
            new() { Layout = ScoreLayout.Nv, Clip = Keras });
        Assert.Equal(0.3239681, Loss(1, 1, 1).Sum / 3, 1e-6);
        Assert.Equal(0.7451267, Loss(2.3, 2.3, 2.3).Sum / 3, 1e-6);
        Assert.Equal(1.0696, Loss(1.2, 3.4, 5.6).Sum / 3, 1e-4);
    }

    /// <summary>keras/src/ops/nn_test.py, categorical_crossentropy with from_logits=False, along either axis.</summary>
    [Fact]
    public void KerasDistributions_HaveItsLossesAlongEitherAxis()
    {
        double[] q = [0.33008796, 0.0391289, 0.9503603, 0.80376694, 0.92363342, 0.19147756];
        double[] p = [0.23446431, 0.35822914, 0.06683268, 0.3413979, 0.05420256, 0.81619654];
        double[] Losses(ScoreLayout layout, int tokens, params nint[] lengths)
        {
            double[] losses = new double[tokens];
            CrossEntropy.FromProbabilities(
                new ReadOnlyTensorSpan<double>(p, lengths),
                new ReadOnlyTensorSpan<double>(q, lengths),
                options: new() { Layout = layout, Clip = Keras },
                outputs: new() { TokenLoss = losses });
            return losses;
        }

        // The numbers are of float.
        Tolerance sevenDigits = new(0, 1e-7);
        sevenDigits.Losses([2.54095299, 3.96374412], Losses(ScoreLayout.Nv, 2, 2, 3), "rows");
        sevenDigits.Losses([0.71683073, 1.87988172, 2.46810762], Losses(ScoreLayout.Bvt, 3, 1, 2, 3), "columns");
    }

    /// <summary>
    /// PyTorch 1.13 in float64: c = (p / p.sum(-1, True)).clamp(.1, .55); t = .9 * q.clamp(.1, .55) + .025;
    /// (t * (t / c).log()).sum(-1) and the gradient of its first row and twice its second.
    /// </summary>
    [Theory]
    [InlineData("BatchTimeClass")]
    [InlineData("BatchClassTime")]
    public void ClippedDivergence_IsThatOfPyTorch(string order)
    {
        CrossEntropyCase c = new()
        {
            Batch = 1,
            Time = 2,
            Classes = 4,
            Door = Door.Probabilities,
            Scores = [1.2, 0.05, 0.4, 0.35, 0.3, 0.3, 0.02, 0.9],
            Distribution = [0.7, 0.1, 0, 0.2, 0.05, 0.25, 0.3, 0.4],
            Clip = new() { Min = 0.1, Max = 0.55, Renormalize = true, ClipTargets = true },
            LabelSmoothing = 0.1,
            SubtractsTargetEntropy = true,
            Weighting = new() { TokenWeights = [1, 2] },
        };
        Outcome outcome = CrossEntropyCall.Run(c, SettingsOf(order) with { Reduction = Reduction.Sum });
        Tolerance.Double.Losses([-0.044297280607596544, 2 * 0.1787937650384076], outcome.TokenLoss, "divergence");
        Tolerance.Double.Gradient(
            [
                0.16, 0.16, -0.1275, -0.4257142857142858,
                -0.28640350877192994, -1.1864035087719296, 0.4802631578947369, 0.4802631578947369,
            ],
            outcome.Gradient,
            "gradient");
    }

    /// <summary>More classes than a block of the kernel holds.</summary>
    [Theory]
    [InlineData("BatchTimeClass", "Single")]
    [InlineData("BatchClassTime", "Double")]
    public void LargeVocabulary_EqualsTheClosedForm(string order, string storageName)
    {
        Storage storage = Enum.Parse<Storage>(storageName);
        CrossEntropyCase c = RandomCases.Plain(8, 1, 2, 2500);
        c = (c with
        {
            Door = Door.Probabilities,
            Scores = Array.ConvertAll(c.Scores, Math.Exp),
            Clip = new() { Min = 1e-5, Max = 0.01, Renormalize = true },
            LabelSmoothing = 0.1,
        }).StoredAs(storage);
        Outcome outcome = CrossEntropyCall.Run(c, SettingsOf(order) with { Storage = storage });
        Tolerance.Double.Losses(CrossEntropyReference.TokenLosses(c), outcome.TokenLoss, "loss");
        Tolerance tolerance = storage == Storage.Double ? Tolerance.Double : Tolerance.Single;
        tolerance.Gradient(CrossEntropyReference.ClosedFormGradient(c, Reduction.Mean), outcome.Gradient, "gradient");
    }

    /// <summary>−ln 1e-7: the most that a wrong certainty costs, and no way back from it but the sum's.</summary>
    [Theory]
    [InlineData("BatchTimeClass")]
    [InlineData("BatchClassTime")]
    public void ProbabilityBelowTheBound_CostsTheBound(string order)
    {
        CrossEntropyCase c = CaseOf([0, 0.5, 1.5], target: 0);
        Outcome outcome = CrossEntropyCall.Run(c, SettingsOf(order));
        Assert.Equal(-Math.Log(1e-7), outcome.TokenLoss[0], 1e-12);
        Assert.All(outcome.Gradient.Take(3), g => Assert.Equal(0, g));
    }

    /// <summary>A probability on a bound is inside: its gradient is not cut.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.75)]
    public void BoundsAreInside(double p)
    {
        CrossEntropyCase c = CaseOf([p, 1 - p, 0], target: 0) with { Clip = new() { Min = 0.25, Max = 0.75 } };
        Assert.Equal(-1 / p / 2, CrossEntropyCall.Run(c, SettingsOf("BatchTimeClass")).Gradient[0], 1e-12);
        CrossEntropyCase inside = c with { Clip = new() { Min = 0.2501, Max = 0.7499 } };
        Assert.Equal(0, CrossEntropyCall.Run(inside, SettingsOf("BatchTimeClass")).Gradient[0]);
    }

    [Theory]
    [InlineData("BatchTimeClass", double.NaN, 0.5, 0.5)]
    [InlineData("BatchClassTime", 0.5, double.NaN, 0.5)]
    [InlineData("BatchTimeClass", 0, 0, 0)]
    [InlineData("BatchClassTime", 0, 0, 0)]
    public void NaNAndARowOfNothing_GiveNaN(string order, double p0, double p1, double p2)
    {
        Outcome outcome = CrossEntropyCall.Run(CaseOf([p0, p1, p2], target: 0), SettingsOf(order));
        Assert.Equal(double.NaN, outcome.TokenLoss[0]);
        Assert.All(outcome.Gradient.Take(3), g => Assert.Equal(double.NaN, g));
        Assert.True(double.IsFinite(outcome.TokenLoss[1]));
        Assert.All(outcome.Gradient.Skip(3), g => Assert.True(double.IsFinite(g)));
    }

    [Theory]
    [InlineData(-1e-9, 1, "the clip is from -1E-09 to 1: it needs 0 <= Min < Max")]
    [InlineData(0.5, 0.5, "the clip is from 0.5 to 0.5")]
    [InlineData(double.NaN, 1, "the clip is from NaN to 1")]
    [InlineData(0, double.NaN, "the clip is from 0 to NaN")]
    public void BoundsOutOfOrder_AreRefused(double min, double max, string phrase)
        => new Refusal(2, 3, 4) { Door = Door.Probabilities, Options = new() { Clip = new() { Min = min, Max = max } } }
            .OfCrossEntropy<LossOptionException>(phrase);

    [Fact]
    public void ClipThatDoesNotApply_IsRefused()
    {
        const string Phrase = "a clip belongs to probabilities: it does not apply to logits or log-probabilities";
        new Refusal(2, 3, 4) { Options = new() { Clip = Keras } }.OfCrossEntropy<LossOptionException>(Phrase);
        new Refusal(2, 3, 4) { Options = new() { Clip = Keras }, Door = Door.LogProbs }.OfDistributions<LossOptionException>(Phrase);
        CrossEntropyOptions ofTargets = new() { Clip = Keras with { ClipTargets = true } };
        new Refusal(2, 3, 4) { Options = ofTargets, Door = Door.Probabilities }
            .OfCrossEntropy<LossOptionException>("the clip of targets is for distributions");
        CrossEntropyOptions ofPad = ofTargets with { LabelSmoothing = 0.1, Smoothing = SmoothingKind.OthersButPad, PadIndex = 0 };
        new Refusal(2, 3, 4) { Options = ofPad, Door = Door.Probabilities }
            .OfDistributions<LossOptionException>("the smoothing OthersButPad gives the pad index none: use one of them");
    }

    private static CallSettings SettingsOf(string order)
        => new() { Order = Enum.Parse<AxisOrder>(order), Storage = Storage.Double };

    /// <summary>A row, and another that is ordinary.</summary>
    private static CrossEntropyCase CaseOf(double[] row, long target) => new()
    {
        Batch = 1,
        Time = 2,
        Classes = 3,
        Door = Door.Probabilities,
        Clip = Keras,
        Scores = [.. row, 0.2, 0.5, 0.3],
        Ids = [target, target],
    };
}
