using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>Positions that do not count, or that nothing flows back from, and losses of nothing.</summary>
public sealed class DroppedPositionTests
{
    private const int Tokens = 150;
    private const int Features = 24;
    private const int Classes = 7000;

    /// <summary>Positions that do not count are dropped before the first product: the others see the same products.</summary>
    [Fact]
    public void IgnoredPositions_ChangeNoBitAndAreNotRead()
    {
        ProjectionCase whole = ProjectionCase.Of(RandomCases.Plain(1, Tokens, 1, Classes), Features, 2);
        bool[] counts = [.. Enumerable.Range(0, Tokens).Select(i => i % 3 != 1)];
        int[] kept = [.. Enumerable.Range(0, Tokens).Where(i => counts[i])];
        double[] poisoned = [.. whole.Hidden];
        for (int i = 0; i < poisoned.Length; i++)
        {
            poisoned[i] = counts[i / Features] ? poisoned[i] : double.NaN;
        }

        ProjectionCase masked = whole with { Hidden = poisoned, Loss = whole.Loss with { Weighting = new() { Mask = counts } } };
        ProjectionCase compact = whole with
        {
            Hidden = [.. kept.SelectMany(token => whole.Hidden[(token * Features)..((token + 1) * Features)])],
            Loss = whole.Loss with { Batch = kept.Length, Ids = [.. kept.Select(token => whole.Loss.Ids![token])] },
        };
        LinearCrossEntropyOptions fewRows = new() { WorkspaceBytes = 6 << 20 };
        CallSettings settings = new() { Order = AxisOrder.Rows, Reduction = Reduction.Mean };
        ProjectionOutcome ofMasked = ProjectionCall.Run(masked, settings, fewRows);
        ProjectionOutcome ofCompact = ProjectionCall.Run(compact, settings, fewRows);
        Assert.Equal(ofCompact.Vocabulary, ofMasked.Vocabulary);
        Assert.Equal(ofCompact.Bias, ofMasked.Bias);
        Assert.Equal(ofCompact.Sum.Sum, ofMasked.Sum.Sum);
        Assert.Equal(ofCompact.Hidden, kept.SelectMany(token => ofMasked.Hidden[(token * Features)..((token + 1) * Features)]));
        Assert.All(Enumerable.Range(0, poisoned.Length).Where(i => !counts[i / Features]), i => Assert.Equal(0f, ofMasked.Hidden[i]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void NothingThatCounts_GivesZeroLossAndGradients(int tokens)
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(1, tokens, 1, 30), 6, 2);
        c = c with { Loss = c.Loss with { Weighting = new() { Mask = new bool[tokens] } } };
        ProjectionOutcome outcome = ProjectionCall.Run(c, new() { Order = AxisOrder.Rows });
        Assert.Equal(0, outcome.Sum.Sum);
        Assert.Equal((0L, (long)tokens), (outcome.Sum.Tokens, outcome.Sum.Elements));
        Assert.All(outcome.Hidden.Concat(outcome.Vocabulary).Concat(outcome.Bias), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void NothingThatCounts_LeavesWhatIsAccumulated()
    {
        float[] ofVocabulary = [1, 2, 3, 4, 5, 6], ofBias = [7, 8, 9];
        LinearCrossEntropy loss = new(new() { Loss = new() { Layout = ScoreLayout.Nv } });
        loss.Compute(
            new ReadOnlyTensorSpan<float>([float.NaN, 1], [1, 2]),
            new(new ReadOnlyTensorSpan<float>(new float[6], [3, 2])),
            new ReadOnlyTensorSpan<int>([-100]),
            TokenWeights.FromIgnoreIndex(-100),
            new() { Vocabulary = new TensorSpan<float>(ofVocabulary, [3, 2]), Bias = ofBias, Accumulates = true });
        Assert.Equal([1, 2, 3, 4, 5, 6], ofVocabulary);
        Assert.Equal([7, 8, 9], ofBias);
    }

    /// <summary>A position with a loss but no gradient: NaN in it reaches its loss, and no gradient.</summary>
    [Fact]
    public void PositionWithoutUpstream_ReachesNoGradient()
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(1, 4, 1, 30), 6, 2);
        ProjectionCase poisoned = c with { Hidden = [.. c.Hidden.Select((value, i) => i / 6 == 2 ? double.NaN : value)] };
        CallSettings settings = new() { Order = AxisOrder.Rows, Reduction = Reduction.None, Upstream = [1, -2, 0, 3] };
        ProjectionOutcome expected = ProjectionCall.Run(c, settings), actual = ProjectionCall.Run(poisoned, settings);
        Assert.True(double.IsNaN(actual.TokenLoss[2]));
        Assert.Equal(expected.Hidden, actual.Hidden);
        Assert.Equal(expected.Vocabulary, actual.Vocabulary);
        Assert.Equal(expected.Bias, actual.Bias);
    }

    /// <summary>A bias of −∞ makes classes impossible: a whole block of them at the beginning, as many as kernels take at once.</summary>
    [Fact]
    public void ImpossibleClasses_HaveNoGradient()
    {
        CrossEntropyCase loss = RandomCases.Plain(1, 5, 1, 3000) with { Ids = [2999, 2998, 2997, 2996, 2999] };
        ProjectionCase c = ProjectionCase.Of(loss, 6, 2);
        for (int k = 0; k < 2990; k++)
        {
            c.Bias![k] = double.NegativeInfinity;
        }

        c = c.WithLogits();
        CallSettings settings = new() { Order = AxisOrder.Rows };
        ProjectionAssert.IsRight(c, ProjectionCall.Run(c, settings), settings);
    }

    /// <summary>Without a bias there is none, and gradients are written that are asked for alone.</summary>
    [Fact]
    public void BiasAndGradients_MayBeLeftOut()
    {
        ProjectionCase c = ProjectionCase.Of(RandomCases.Plain(1, 20, 1, 90), 6, 2, hasBias: false);
        (double[] hidden, double[] vocabulary, double[] bias) = c.Gradients(Reduction.Mean);
        float[] h = Array.ConvertAll(c.Hidden, value => (float)value), w = Array.ConvertAll(c.Vocabulary, value => (float)value);
        float[] ofHidden = new float[h.Length], ofVocabulary = new float[w.Length], ofBias = new float[90];
        LinearCrossEntropy loss = new(new() { Loss = new() { Layout = ScoreLayout.Nv } });
        double Mean(ProjectionGradients gradients) => loss.Compute(
            new ReadOnlyTensorSpan<float>(h, [20, 6]),
            new(new ReadOnlyTensorSpan<float>(w, [90, 6])),
            new ReadOnlyTensorSpan<long>(c.Loss.Ids!),
            gradients: gradients).Mean;
        double mean = Mean(default);
        Assert.Equal(mean, Mean(new() { Hidden = new TensorSpan<float>(ofHidden, [20, 6]) }));
        Assert.Equal(mean, Mean(new() { Vocabulary = new TensorSpan<float>(ofVocabulary, [90, 6]) }));
        Assert.Equal(mean, Mean(new() { Bias = ofBias }));
        ProjectionAssert.HasNormOf(hidden, ofHidden, "hidden");
        ProjectionAssert.HasNormOf(vocabulary, ofVocabulary, "vocabulary");
        ProjectionAssert.HasNormOf(bias, ofBias, "bias");
    }
}
