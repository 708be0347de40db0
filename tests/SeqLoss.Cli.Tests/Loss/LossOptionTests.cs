using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>
/// Every option reaches the library: the tool's number is the library's, asked for the same in C#, and no other option's.
/// </summary>
public sealed class LossOptionTests : IDisposable
{
    private static readonly Dictionary<string, Func<LossSum>> _idLosses = new()
    {
        [""] = () => OfIds(),
        ["--threads 1"] = () => OfIds(),
        ["--lengths {lengths}"] = () => OfIds(TokenWeights.FromLengths([3L, 2L])),
        ["--mask {mask}"] = () => OfIds(TokenWeights.FromMask(Tensor.Create(new float[] { 1, 0, 1, 1, 1, 1 }, [2, 3]))),
        ["--weights {weights}"] = () => OfIds(Weights),
        ["--example-weights {example-weights}"] = () => OfIds(TokenWeights.FromExampleWeights([0.5, 2])),
        ["--ignore-index 2"] = () => OfIds(TokenWeights.FromIgnoreIndex(2)),
        ["--lengths {lengths} --weights {weights} --ignore-index 3"] = () => OfIds(
            TokenWeights.FromLengths([3L, 2L]) & Weights & TokenWeights.FromIgnoreIndex(3)),
        ["--class-weights {class-weights}"] = () => OfIds(
            options: new() { ClassWeights = ClassWeights.From(LossFixture.ClassWeightValues) }),
        ["--label-smoothing 0.1"] = () => OfIds(options: new() { LabelSmoothing = 0.1 }),
        ["--label-smoothing 0.1 --smoothing all --empty nan"] = () => OfIds(options: new() { LabelSmoothing = 0.1 }),
        ["--label-smoothing 0.1 --smoothing others"] = () => OfIds(
            options: new() { LabelSmoothing = 0.1, Smoothing = SmoothingKind.Others }),
        ["--label-smoothing 0.1 --smoothing others-but-pad --pad-index 3 --ignore-index 3"] = () => OfIds(
            TokenWeights.FromIgnoreIndex(3), new() { LabelSmoothing = 0.1, Smoothing = SmoothingKind.OthersButPad, PadIndex = 3 }),
        ["--z-loss 1e-2"] = () => OfIds(options: new() { ZLoss = 0.01 }),
        ["--soft-cap 2.5"] = () => OfIds(options: new() { SoftCap = 2.5 }),
        ["--temperature 1.7"] = () => OfIds(options: new() { Temperature = 1.7 }),
        ["--scores-are log-probs"] = () => CrossEntropy.FromLogProbs(Logits, Ids),
        ["--scores-are probs"] = () => CrossEntropy.FromProbabilities(Logits, Ids),
    };

    private static readonly Dictionary<string, Func<LossSum>> _denseLosses = new()
    {
        [""] = () => CrossEntropy.FromLogits(Logits, Distributions),
        ["--ignore-zero-rows"] = () => CrossEntropy.FromLogits(Logits, Distributions, TokenWeights.FromNonzeroRows(Distributions)),
        ["--ignore-zero-rows --weights {weights} --label-smoothing 0.2"] = () => CrossEntropy.FromLogits(
            Logits, Distributions, TokenWeights.FromNonzeroRows(Distributions) & Weights, new() { LabelSmoothing = 0.2 }),
    };

    private static readonly Dictionary<string, Func<LossSum>> _regressionLosses = new()
    {
        ["--kind mse"] = () => Regression.SquaredError(Logits, Values),
        ["--kind mae"] = () => Regression.AbsoluteError(Logits, Values),
        ["--kind huber"] = () => Regression.Huber(Logits, Values),
        ["--kind huber --delta 0.25"] = () => Regression.Huber(Logits, Values, options: new() { HuberDelta = 0.25 }),
        ["--kind mse --feature-reduction sum"] = () => Regression.SquaredError(
            Logits, Values, options: new() { FeatureReduction = FeatureReduction.Sum }),
        ["--kind mse --mask {mask} --weights {weights}"] = () => Regression.SquaredError(
            Logits, Values, TokenWeights.FromMask(Tensor.Create(new byte[] { 1, 0, 1, 1, 1, 1 }, [2, 3])) & Weights),
        ["--kind mse --weights {scores}"] = () => Regression.SquaredError(Logits, Values, TokenWeights.FromWeights(Logits)),
        ["--kind mse --layout tbd --lengths {lengths3}"] = () => Regression.SquaredError(
            Logits, Values, TokenWeights.FromLengths([1L, 2L, 0L]), new() { Layout = RegressionLayout.Tbd }),
        ["--kind mse --layout bdt --lengths {lengths}"] = () => Regression.SquaredError(
            Logits, Values, TokenWeights.FromLengths([3L, 2L]), new() { Layout = RegressionLayout.Bdt }),
    };

    private readonly LossFixture fixture = new();

    public LossOptionTests() => fixture.Folder.Save("lengths3.npy", "3", new float[] { 1, 2, 0 });

    public static TheoryData<string> IdOptions => [.. _idLosses.Keys];

    public static TheoryData<string> DenseOptions => [.. _denseLosses.Keys];

    public static TheoryData<string> RegressionOptions => [.. _regressionLosses.Keys];

    private static Tensor<float> Logits => Tensor.Create(LossFixture.Logits, [2, 3, 4]);

    private static Tensor<long> Ids => Tensor.Create(LossFixture.IdValues, [2, 3]);

    private static Tensor<float> Distributions => Tensor.Create(LossFixture.DistributionValues, [2, 3, 4]);

    private static Tensor<float> Values => Tensor.Create(ArrayFile.Floats(24, seed: 3), [2, 3, 4]);

    private static TokenWeights Weights => TokenWeights.FromWeights(Tensor.Create(LossFixture.WeightValues, [2, 3]));

    public void Dispose() => fixture.Dispose();

    [Theory]
    [MemberData(nameof(IdOptions))]
    public void OfIds_ReachTheLibrary(string options)
        => AssertSame(_idLosses[options](), fixture.Run([.. fixture.Expand(options), "--json"]));

    [Theory]
    [MemberData(nameof(DenseOptions))]
    public void OfDistributions_ReachTheLibrary(string options)
        => AssertSame(_denseLosses[options](), fixture.RunDense([.. fixture.Expand(options), "--json"]));

    [Theory]
    [MemberData(nameof(RegressionOptions))]
    public void OfRegression_ReachTheLibrary(string options)
        => AssertSame(_regressionLosses[options](), fixture.RunRegression([.. fixture.Expand(options), "--json"]));

    [Fact]
    public void Options_AreDifferent()
    {
        // Otherwise the comparisons above could not fail where an option is dropped.
        Assert.Equal(_idLosses.Count - 2, _idLosses.Values.Select(loss => loss()).Distinct().Count());
        Assert.Equal(_denseLosses.Count, _denseLosses.Values.Select(loss => loss()).Distinct().Count());
        Assert.Equal(_regressionLosses.Count, _regressionLosses.Values.Select(loss => loss()).Distinct().Count());
    }

    private static LossSum OfIds(TokenWeights? weights = null, CrossEntropyOptions? options = null)
        => CrossEntropy.FromLogits(Logits, Ids, weights, options);

    private static void AssertSame(LossSum loss, ToolRun run)
    {
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(loss.Sum, LossJsonTests.Real(run.Json, "sum"));
        Assert.Equal(loss.Mean, LossJsonTests.Real(run.Json, "loss"));
        Assert.Equal(loss.Weight, LossJsonTests.Real(run.Json, "divisor"));
        Assert.Equal(loss.Weight, LossJsonTests.Real(run.Json, "weight"));
        Assert.Equal(loss.NonZero, run.Json.GetProperty("nonZero").GetInt64());
        Assert.Equal(loss.Elements, run.Json.GetProperty("elements").GetInt64());
        Assert.Equal(loss.Sequences, run.Json.GetProperty("sequences").GetInt64());
        Assert.Equal(loss.Valid, run.Json.GetProperty("valid").GetInt64());
        Assert.Equal(loss.Tokens, run.Json.GetProperty("tokens").GetInt64());
        Assert.Equal(loss.TokenWeight, LossJsonTests.Real(run.Json, "tokenWeight"));
        Assert.Equal(loss.NegativeLogLikelihood, LossJsonTests.Real(run.Json, "negativeLogLikelihood"));
        Assert.Equal(loss.Correct, LossJsonTests.Real(run.Json, "correct"));
    }
}
