using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Data that does not fit together.</summary>
public sealed class InputErrorTests
{
    [Theory]
    [InlineData(ScoreLayout.Btv, "btv [B, T, V] has 3 axes", 2, 4)]
    [InlineData(ScoreLayout.Bvt, "bvt [B, V, T] has 3 axes", 2, 4)]
    [InlineData(ScoreLayout.Nv, "nv [N, V] has 2 axes", 2, 3, 4)]
    public void RankOfAnotherLayout_IsRefused(ScoreLayout layout, string phrase, params int[] lengths)
        => new Refusal(Array.ConvertAll(lengths, length => (nint)length)) { Options = new() { Layout = layout } }
            .OfCrossEntropy<LossInputException>(phrase, $"[{string.Join(", ", lengths)}]");

    [Fact]
    public void NoClasses_AreRefused()
        => new Refusal(2, 3, 0).OfCrossEntropy<LossInputException>("[2, 3, 0]", "reads 0 classes from it, at least 1 is needed");

    [Theory]
    [InlineData(4, "target[b=1, t=2] is 4, the vocabulary has 4 classes (0..3); no id is ignored.")]
    [InlineData(-100, "target[b=1, t=2] is -100, the vocabulary has 4 classes (0..3); no id is ignored.")]
    public void IdOutsideTheVocabulary_IsNamedWithItsPlace(int id, string message)
    {
        Refusal refusal = new(2, 3, 4);
        refusal.Ids[5] = id;
        refusal.OfCrossEntropy<LossInputException>(message);
    }

    [Fact]
    public void IdOutsideTheVocabulary_NamesTheIgnoredId()
    {
        Refusal refusal = new(3, 2, 4) { Options = new() { Layout = ScoreLayout.Tbv }, Weights = TokenWeights.FromIgnoreIndex(-100) };
        refusal.Ids[4] = 9;
        refusal.Ids[0] = -100;
        refusal.OfCrossEntropy<LossInputException>("target[b=0, t=2] is 9", "the ignored id is -100.");
    }

    [Fact]
    public void WideId_IsNotCutToItsLowerHalf()
    {
        Refusal refusal = new(2, 3);
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3]),
                new ReadOnlyTensorSpan<long>([0, (1L << 32) + 1]),
                options: new() { Layout = ScoreLayout.Nv }),
            "target[n=1] is 4294967297");
    }

    [Fact]
    public void PadAsATarget_IsRefusedWhereItHasNoMass()
    {
        CrossEntropyOptions options = new() { Smoothing = SmoothingKind.OthersButPad, PadIndex = 0, LabelSmoothing = 0.1 };
        new Refusal(2, 3, 4) { Options = options }.OfCrossEntropy<LossInputException>("target[b=0, t=0] is 0, the pad index");
        new Refusal(2, 3, 4) { Options = options with { PadIndex = 1 } }
            .OfDistributions<LossInputException>("target[b=0, t=0] has mass 0.84147", "on the pad index 1");
    }

    [Fact]
    public void TargetsOfAnotherShape_AreRefusedWithBothShapes()
    {
        Refusal refusal = new(2, 3, 4);
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids, [3, 2]),
                gradient: new TensorSpan<float>(refusal.Gradient, [2, 3, 4])),
            "the target ids have shape [3, 2]",
            "[2, 3, 4]",
            "need [2, 3]");
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<float>(new float[24], [2, 4, 3]),
                gradient: new TensorSpan<float>(refusal.Gradient, [2, 3, 4])),
            "the target distributions have shape [2, 4, 3]",
            "the scores have [2, 3, 4]");
        refusal.Check<LossInputException>(
            () => Regression.SquaredError(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<float>(new float[24], [4, 3, 2]),
                gradient: new TensorSpan<float>(refusal.Gradient, [2, 3, 4])),
            "the targets have shape [4, 3, 2], but the predictions have [2, 3, 4]");
    }

    [Fact]
    public void GradientOfAnotherShape_IsRefusedWithBothShapes()
    {
        Refusal refusal = new(2, 3, 4);
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids, [2, 3]),
                gradient: new TensorSpan<float>(refusal.Gradient, [2, 4, 3])),
            "the gradient has shape [2, 4, 3], but the scores have [2, 3, 4]");
        refusal.Check<LossInputException>(
            () => Regression.Huber(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<float>(new float[24], [2, 3, 4]),
                gradient: new TensorSpan<float>(refusal.Gradient, [6, 4])),
            "the gradient has shape [6, 4], but the predictions have [2, 3, 4]");
    }

    [Fact]
    public void GradientOverAnythingButTheScores_IsRefused()
    {
        Refusal refusal = new(2, 4);
        float[] memory = new float[20];
        CrossEntropyOptions options = new() { Layout = ScoreLayout.Nv };
        void Refuse(Func<LossSum> call, string name) => refusal.Check<LossInputException>(() => call(), $"the gradient overlaps {name}");
        Refuse(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 8), [2, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids),
                options: options,
                gradient: new TensorSpan<float>(memory.AsSpan(7, 8), [2, 4])),
            "the scores");
        Refuse(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(memory.AsSpan(7, 8), [2, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids),
                options: options,
                gradient: new TensorSpan<float>(memory.AsSpan(0, 8), [2, 4])),
            "the scores");
        Refuse(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 8), [2, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids),
                options: options,
                gradient: new TensorSpan<double>(MemoryMarshal.Cast<float, double>(memory.AsSpan())[..8], [2, 4])),
            "the scores");
        Refuse(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 4]),
                new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 8), [2, 4]),
                options: options,
                gradient: new TensorSpan<float>(memory.AsSpan(0, 8), [2, 4])),
            "the target distributions");
        Refuse(
            () => Regression.SquaredError(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 4]),
                new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 8), [2, 4]),
                options: new() { Layout = RegressionLayout.Nd },
                gradient: new TensorSpan<float>(memory.AsSpan(0, 8), [2, 4])),
            "the targets");
        Assert.All(memory, value => Assert.Equal(0, value));
    }

    [Fact]
    public void NeighbouringMemory_IsNoOverlap()
    {
        float[] memory = new float[16];
        LossSum loss = CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(memory.AsSpan(8, 8), [2, 4]),
            new ReadOnlyTensorSpan<int>([0, 1]),
            options: new() { Layout = ScoreLayout.Nv },
            gradient: new TensorSpan<float>(memory.AsSpan(0, 8), [2, 4]));
        Assert.Equal(Math.Log(4), loss.Mean, 1e-6);
    }

    [Fact]
    public void ClassWeights_MustBeOneForEachClass()
    {
        new Refusal(2, 3, 4) { Options = new() { ClassWeights = ClassWeights.From(new float[5]) } }
            .OfCrossEntropy<LossInputException>("there are 5 class weights, but the scores have 4 classes");
        Refusal refusal = new(1, 1);
        refusal.Check<LossInputException>(() => ClassWeights.From(Array.Empty<float>()), "class weights are empty");
        refusal.Check<LossInputException>(() => ClassWeights.From([1.0, double.NaN]), "classWeight[1] is NaN");
        refusal.Check<LossInputException>(() => ClassWeights.From([float.NegativeInfinity]), "classWeight[0] is -infinity");
    }

    [Fact]
    public void OutputsOfAnotherLength_AreRefusedWithBothLengths()
    {
        new Refusal(2, 3, 4) { Reduced = [7, 7] }.OfCrossEntropy<LossInputException>("the reduced loss has 2 elements, 1 are needed");
        Refusal refusal = new(2, 3, 4);
        void Refuse(string name, Func<LossOutputs> outputs) => refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids, [2, 3]),
                gradient: new TensorSpan<float>(refusal.Gradient, [2, 3, 4]),
                outputs: outputs()),
            $"the {name} has 5 elements, 6 are needed");
        Refuse("token loss", () => new() { TokenLoss = new double[5] });
        Refuse("log-sum-exp", () => new() { LogSumExp = new double[5] });
        Refuse("entropy", () => new() { Entropy = new double[5] });
        Refuse("argmax", () => new() { ArgMax = new int[5] });
    }

    [Fact]
    public void OutputsOfAnotherLoss_AreRefused()
    {
        Refusal refusal = new(2, 3, 4);
        refusal.Check<LossOptionException>(
            () => CrossEntropy.FromLogProbs(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<int>(refusal.Ids, [2, 3]),
                outputs: new() { LogSumExp = new double[6] }),
            "the log-sum-exp is of logits");
        refusal.Check<LossOptionException>(
            () => Regression.AbsoluteError(
                new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]),
                new ReadOnlyTensorSpan<float>(new float[24], [2, 3, 4]),
                outputs: new() { ArgMax = new int[6] }),
            "argmax are of cross-entropy");
    }

    [Fact]
    public void StridedAndDeepTensors_AreRefused()
    {
        Refusal refusal = new(2, 4);
        float[] wide = new float[16];
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(
                new ReadOnlyTensorSpan<float>(wide, [2, 4], [8, 1]),
                new ReadOnlyTensorSpan<int>(refusal.Ids),
                options: new() { Layout = ScoreLayout.Nv }),
            "the tensor is a strided view");
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(new ReadOnlyTensorSpan<float>(wide, [1, 2, 2, 4]), new ReadOnlyTensorSpan<int>(refusal.Ids)),
            "the shape of the scores is [1, 2, 2, 4], but layout btv [B, T, V] has 3 axes");
    }

    [Fact]
    public void DefaultScores_AreRefused()
    {
        Refusal refusal = new(2, 3, 4);
        refusal.Check<LossInputException>(() => CrossEntropy.FromLogits(default, new ReadOnlyTensorSpan<int>(refusal.Ids, [2, 3])), "()");
        refusal.Check<LossInputException>(
            () => CrossEntropy.FromLogits(new ReadOnlyTensorSpan<float>(refusal.Scores, [2, 3, 4]), default), "()", "[2, 3, 4]");
    }
}
