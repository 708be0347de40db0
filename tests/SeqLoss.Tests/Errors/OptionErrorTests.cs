using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Options that are out of range or do not apply.</summary>
public sealed class OptionErrorTests
{
    public static TheoryData<string, CrossEntropyOptions> OutOfRange => new()
    {
        { "label smoothing is -0.1: it is in 0..1", new() { LabelSmoothing = -0.1 } },
        { "label smoothing is 1.5: it is in 0..1", new() { LabelSmoothing = 1.5 } },
        { "label smoothing is NaN", new() { LabelSmoothing = double.NaN } },
        { "z-loss is -1: it is a finite number, at least 0", new() { ZLoss = -1 } },
        { "z-loss is NaN", new() { ZLoss = double.NaN } },
        { "z-loss is +infinity", new() { ZLoss = double.PositiveInfinity } },
        { "the soft-cap is 0: it is a finite number above 0", new() { SoftCap = 0 } },
        { "the soft-cap is NaN", new() { SoftCap = double.NaN } },
        { "the soft-cap is +infinity", new() { SoftCap = double.PositiveInfinity } },
        { "the temperature is 0: it is a finite number of at least 1e-38", new() { Temperature = 0 } },
        { "the temperature is -2", new() { Temperature = -2 } },
        { "the temperature is NaN", new() { Temperature = double.NaN } },
        { "the number of threads is 0: at least 1", new() { Threads = 0 } },
        { "99 is none of Reduction", new() { Reduction = (Reduction)99 } },
        { "99 is none of EmptyPolicy", new() { Empty = (EmptyPolicy)99 } },
        { "99 is none of SmoothingKind", new() { Smoothing = (SmoothingKind)99, LabelSmoothing = 0.1 } },
        { "99 is not a score layout", new() { Layout = (ScoreLayout)99 } },
        { "OthersButPad needs the pad index", new() { Smoothing = SmoothingKind.OthersButPad, LabelSmoothing = 0.1 } },
        { "a pad index applies to the smoothing OthersButPad only", new() { PadIndex = 0, LabelSmoothing = 0.1 } },
        { "OthersButPad only, not to Others", new() { PadIndex = 0, Smoothing = SmoothingKind.Others } },
        { "MeanClassWeight is for distributions", new() { Reduction = Reduction.MeanClassWeight } },
    };

    public static TheoryData<string, RegressionOptions> RegressionOutOfRange => new()
    {
        { "Huber's delta is 0: it is a finite number above 0", new() { HuberDelta = 0 } },
        { "Huber's delta is NaN", new() { HuberDelta = double.NaN } },
        { "Huber's delta is +infinity", new() { HuberDelta = double.PositiveInfinity } },
        { "MeanClassWeight is for distributions", new() { Reduction = Reduction.MeanClassWeight } },
        { "the number of threads is -1", new() { Threads = -1 } },
        { "99 is none of Reduction", new() { Reduction = (Reduction)99 } },
        { "99 is none of EmptyPolicy", new() { Empty = (EmptyPolicy)99 } },
        { "99 is not a regression layout", new() { Layout = (RegressionLayout)99 } },
    };

    public static TheoryData<CrossEntropyOptions> LogitOptions =>
    [
        new() { ZLoss = 0.1 },
        new() { SoftCap = 30 },
        new() { Temperature = 2 },
    ];

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void CrossEntropyOption_IsRefused(string phrase, CrossEntropyOptions options)
        => new Refusal(2, 3, 4) { Options = options }.OfCrossEntropy<LossOptionException>(phrase);

    [Theory]
    [MemberData(nameof(RegressionOutOfRange))]
    public void RegressionOption_IsRefused(string phrase, RegressionOptions options)
        => new Refusal(2, 3, 4).OfRegression<LossOptionException>(RegressionError.Huber, options, phrase);

    [Theory]
    [MemberData(nameof(LogitOptions))]
    public void OptionsOfLogits_AreRefusedAtTheOtherDoors(CrossEntropyOptions options)
    {
        const string Phrase = "belong to logits: they do not apply to log-probabilities or probabilities";
        new Refusal(2, 3, 4) { Options = options, Door = Door.LogProbs }.OfCrossEntropy<LossOptionException>(Phrase);
        new Refusal(2, 3, 4) { Options = options, Door = Door.Probabilities }.OfCrossEntropy<LossOptionException>(Phrase);
    }

    [Theory]
    [InlineData(SmoothingKind.Others, null, 1, "the smoothing Others needs at least 2 classes, the scores have 1")]
    [InlineData(SmoothingKind.OthersButPad, 0, 2, "the smoothing OthersButPad needs at least 3 classes, the scores have 2")]
    [InlineData(SmoothingKind.OthersButPad, 4, 4, "the pad index is 4, the vocabulary has 4 classes (0..3)")]
    [InlineData(SmoothingKind.OthersButPad, -1, 4, "the pad index is -1")]
    public void SmoothingThatDoesNotFitTheVocabulary_IsRefused(SmoothingKind smoothing, int? pad, int classes, string phrase)
        => new Refusal(2, 3, classes) { Options = new() { Smoothing = smoothing, PadIndex = pad, LabelSmoothing = 0.1 } }
            .OfCrossEntropy<LossInputException>(phrase);

    [Fact]
    public void Upstream_IsForReductionsThatAreArrays()
    {
        new Refusal(2, 3, 4) { Upstream = [1], Options = new() { Reduction = Reduction.Mean } }
            .OfCrossEntropy<LossOptionException>("an upstream gradient applies to reductions that are arrays: Mean is a scalar");
        new Refusal(2, 3, 4) { Upstream = [1, 2, 3], Reduced = [7, 7], Options = new() { Reduction = Reduction.PerExample } }
            .OfCrossEntropy<LossInputException>("the upstream gradient has 3 elements, the reduced loss has 2");
        new Refusal(2, 3, 4) { Upstream = [1] }.OfRegression<LossOptionException>(RegressionError.Squared, null, "Mean is a scalar");
    }

    [Theory]
    [InlineData(Reduction.Mean, "the batch")]
    [InlineData(Reduction.PerExample, "sequence b=0")]
    [InlineData(Reduction.PerTimestepNonzero, "time step t=0")]
    [InlineData(Reduction.MeanPerExample, "sequence b=0")]
    public void EmptyGroup_IsNamedUnderThrow(Reduction reduction, string group)
    {
        TokenWeights nothing = TokenWeights.FromLengths((System.ReadOnlySpan<int>)[0, 0]);
        double[] reduced = reduction == Reduction.PerExample ? [7, 7] : reduction == Reduction.PerTimestepNonzero ? [7, 7, 7] : [7];
        string[] phrases = [$"the divisor of {group}", reduction.ToString()];
        new Refusal(2, 3, 4) { Weights = nothing, Reduced = reduced, Options = new() { Reduction = reduction, Empty = EmptyPolicy.Throw } }
            .OfCrossEntropy<LossInputException>(phrases);
        new Refusal(2, 3, 4) { Weights = nothing, Reduced = reduced }
            .OfRegression<LossInputException>(RegressionError.Squared, new() { Reduction = reduction, Empty = EmptyPolicy.Throw }, phrases);
    }
}
