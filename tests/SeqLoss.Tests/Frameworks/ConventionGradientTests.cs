using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Gradients of every framework's losses against central differences of their own values in double.</summary>
/// <remarks>
/// Arrays get an upstream of different numbers, which a gradient that mixes up positions or loses its upstream does not survive.
/// Every argument that changes a formula has a case. Smoothness: no score lies on a bound of a clip or a kink of an error.
/// </remarks>
public sealed class ConventionGradientTests
{
    private const double Step = 1e-5;

    private static readonly nint[] Btv = [2, 3, 4];
    private static readonly Tensor<int> Ids23 = Ids([2, 3], 0, 3, 1, 2, 2, 0);
    private static readonly Tensor<int> RowIds = Ids([6], 0, 3, -100, 1, 2, 2);

    private static readonly Tensor<double> ClassMask
        = Doubles(Btv, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1);

    private static readonly Tensor<int> Ids32 = Ids([3, 2], 0, 3, 1, 2, 2, 0);
    private static readonly Tensor<double> Weights23 = Doubles([2, 3], 1, 0.5, 2, 3, 0, 0.25);
    private static readonly Tensor<double> Weights32 = Doubles([3, 2], 1, 0.5, 2, 3, 0, 0.25);
    private static readonly Tensor<double> Mask23 = Doubles([2, 3], 1, 1, 1, 1, 0, 1);
    private static readonly Tensor<double> Soft = Doubles(Btv, Normalized(Draw(11, 24, 0.1, 1), 4));

    /// <summary>Soft targets whose classes are axis 1 of [2, 3, 4].</summary>
    private static readonly Tensor<double> SoftColumns = Doubles(Btv, Columns(Draw(12, 24, 0.1, 1)));

    private static readonly ClassWeights Classes4 = ClassWeights.From([0.5, 1, 2, 0.25]);
    private static readonly ClassWeights Classes3 = ClassWeights.From([0.5, 1, 2]);
    private static readonly Tensor<int> ColumnIds = Ids([2, 4], 0, 2, -100, 1, 1, 0, 2, -100);
    private static readonly Tensor<double> Values = Doubles(Btv, Draw(13, 24, -3, 3));

    private delegate ConventionLoss Call(Tensor<double> scores, Gradient gradient);

    private static readonly Dictionary<string, Call> Logits = new()
    {
        ["tf dense"] = (x, g) => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(Soft, x, gradient: g),
        ["tf dense axis 1"] = (x, g) => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(SoftColumns, x, axis: 1, gradient: g),
        ["tf sparse"] = (x, g) => Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(Ids23, x, g),
        ["tf sequence_loss"] = (x, g) => Conventions.TensorFlow.SequenceLoss(x, Ids23, Weights23, gradient: g),
        ["tf sequence_loss [B]"] = (x, g) => Conventions.TensorFlow.SequenceLoss(x, Ids23, Weights23, true, false, gradient: g),
        ["tf sequence_loss [T]"] = (x, g) => Conventions.TensorFlow.SequenceLoss(x, Ids23, Weights23, false, true, gradient: g),
        ["tfa sequence_loss [B, T]"] = (x, g) => Conventions.TensorFlowAddons.SequenceLoss(x, Soft, Weights23, false, false, gradient: g),
        ["tfa sums"] = (x, g) => Conventions.TensorFlowAddons.SequenceLoss(x, Ids23, Weights23, false, false, true, true, g),
        ["tfa sums [B]"] = (x, g) => Conventions.TensorFlowAddons.SequenceLoss(x, Ids23, Weights23, false, false, true, false, g),
        ["tfa sums [T]"] = (x, g) => Conventions.TensorFlowAddons.SequenceLoss(x, Soft, Weights23, false, false, false, true, g),
        ["legacy macro"] = (x, g) => Conventions.TensorFlow.LegacySequenceLoss(TimeMajor(x), Ids32, Weights32, gradient: TimeMajor(g)),
        ["legacy time"] = (x, g) => Conventions.TensorFlow.LegacySequenceLoss(
            TimeMajor(x), Ids32, Weights32, true, false, gradient: TimeMajor(g)),
        ["legacy batch"] = (x, g) => Conventions.TensorFlow.LegacySequenceLoss(
            TimeMajor(x), Ids32, Weights32, false, true, gradient: TimeMajor(g)),
        ["legacy sum"] = (x, g) => Conventions.TensorFlow.LegacySequenceLoss(
            TimeMajor(x), Ids32, Weights32, false, false, gradient: TimeMajor(g)),
        ["legacy by example"] = (x, g) => Conventions.TensorFlow.LegacySequenceLossByExample(
            TimeMajor(x), Ids32, Weights32, gradient: TimeMajor(g)),
        ["legacy by example, sums"] = (x, g) => Conventions.TensorFlow.LegacySequenceLossByExample(
            TimeMajor(x), Ids32, Weights32, false, gradient: TimeMajor(g)),
        ["legacy macro, batch first"] = (x, g) => Conventions.TensorFlow.LegacySequenceLoss(
            x, Ids23, Weights23, layout: ScoreLayout.Btv, gradient: g),
        ["keras cce"] = (x, g) => Conventions.Keras.CategoricalCrossentropy(Soft, x, true, 0.1, sampleWeight: Weights23, gradient: g),
        ["keras cce axis 1, mask, none"] = (x, g) => Conventions.Keras.CategoricalCrossentropy(
            SoftColumns,
            x,
            fromLogits: true,
            axis: 1,
            mask: Doubles([2, 4], 1, 1, 0, 1, 1, 0, 1, 1),
            reduction: KerasReduction.None,
            gradient: g),
        ["keras scce, ignore_class, mask"] = (x, g) => Conventions.Keras.SparseCategoricalCrossentropy(
            Ids23, x, true, ignoreClass: 2, sampleWeight: Doubles([2, 1], 2, 3), mask: Mask23, gradient: g),
        ["keras scce, weighted mean"] = (x, g) => Conventions.Keras.SparseCategoricalCrossentropy(
            Ids23, x, true, sampleWeight: Weights23, reduction: KerasReduction.MeanWithSampleWeight, gradient: g),
        ["torch ids"] = (x, g) => Conventions.Torch.CrossEntropy(x, ColumnIds, Classes3, labelSmoothing: 0.1, gradient: g),
        ["torch ids, none"] = (x, g) => Conventions.Torch.CrossEntropy(
            x, ColumnIds, Classes3, reduction: TorchReduction.None, labelSmoothing: 0.1, gradient: g),
        ["torch probabilities"] = (x, g) => Conventions.Torch.CrossEntropy(
            x, SoftColumns, Classes3, labelSmoothing: 0.1, gradient: g),
        ["torch probabilities, none"] = (x, g) => Conventions.Torch.CrossEntropy(
            x, SoftColumns, Classes3, reduction: TorchReduction.None, gradient: g),
        ["torch nll"] = (x, g) => Conventions.Torch.NllLoss(x, ColumnIds, Classes3, gradient: g),
        ["torch nll, none"] = (x, g) => Conventions.Torch.NllLoss(x, ColumnIds, Classes3, reduction: TorchReduction.None, gradient: g),
        ["onnx"] = (x, g) => Conventions.Onnx.SoftmaxCrossEntropyLoss(x, ColumnIds, Classes3, -100, gradient: g),
        ["onnx nll, sum"] = (x, g) => Conventions.Onnx.NegativeLogLikelihoodLoss(
            x, ColumnIds, Classes3, -100, TorchReduction.Sum, g),
        ["fairseq"] = (x, g) => Conventions.Fairseq.LabelSmoothedCrossEntropy(x, Ids23, 0.2, paddingIdx: 2, gradient: g),
        ["fairseq unreduced"] = (x, g) => Conventions.Fairseq.LabelSmoothedCrossEntropy(
            x, Ids23, 0.2, paddingIdx: 2, reduce: false, gradient: g),
        ["fairseq log-probabilities"] = (x, g) => Conventions.Fairseq.LabelSmoothedCrossEntropy(
            x, Ids23, 0.2, 2, netOutputIs: ScoreForm.LogProbabilities, gradient: g),
        ["joey"] = (x, g) => Conventions.JoeyNmt.XentLoss(x, Ids23, 2, 0.3, gradient: g),
        ["joey tokens"] = (x, g) => Conventions.JoeyNmt.XentLoss(
            x, Ids23, 2, 0.3, JoeyNmtNormalization.Tokens, ScoreForm.Logits, g),
        ["joey batch"] = (x, g) => Conventions.JoeyNmt.XentLoss(x, Ids23, 2, 0, JoeyNmtNormalization.Batch, gradient: g),
        ["marian"] = (x, g) => Conventions.Marian.CrossEntropy(
            TimeMajor(x), Ids32, Doubles([3, 2], 1, 1, 1, 0, 1, 1), Weights32, 0.1, gradient: TimeMajor(g)),
        ["liger"] = (x, g) => Conventions.Liger.CrossEntropy(Rows(x), RowIds, Classes4, -100, 0.1, 0.1, softcap: 5, gradient: Rows(g)),
        ["liger none"] = (x, g) => Conventions.Liger.CrossEntropy(
            Rows(x), RowIds, Classes4, -100, 0.1, 0.1, TorchReduction.None, gradient: Rows(g)),
        ["optax"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropy(x, Soft, gradient: g),
        ["optax where"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropy(x, Soft, where: ClassMask, gradient: g),
        ["optax integers, axis 1"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(
            x, Ids([2, 4], 0, 2, 1, 1, 1, 0, 2, 0), axis: 1, gradient: g),
        ["optax integers, where"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(
            x, Ids23, where: Mask23, gradient: g),
        ["optax integers, class mask"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(
            x, Ids23, where: ClassMask, gradient: g),
        ["optax integers, two axes"] = (x, g) => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(
            x, Ids([2], 3, 9), [1, 2], gradient: g),
        ["optax kl"] = (x, g) => Conventions.Optax.KlDivergence(x, Soft, gradient: g),
        ["tfjs"] = (x, g) => Conventions.TensorFlowJs.SoftmaxCrossEntropy(Soft, x, Doubles([2, 1], 2, 0.5), gradient: g),
        ["tfjs mean, smoothing"] = (x, g) => Conventions.TensorFlowJs.SoftmaxCrossEntropy(
            Rows(Soft), Rows(x), Doubles([6], 1, 2, 0, 1, 1, 3), 0.1, TensorFlowJsReduction.Mean, Rows(g)),
        ["tfjs none"] = (x, g) => Conventions.TensorFlowJs.SoftmaxCrossEntropy(
            Soft, x, Doubles([3], 2, 0.5, 1), 0, TensorFlowJsReduction.None, g),
        ["keras mse"] = (x, g) => Conventions.Keras.MeanSquaredError(Values, x, Weights23, Mask23, gradient: g),
        ["keras mae, none"] = (x, g) => Conventions.Keras.MeanAbsoluteError(
            Values, x, Weights23, reduction: KerasReduction.None, gradient: g),
        ["keras huber"] = (x, g) => Conventions.Keras.Huber(
            Values, x, 0.7, Weights23, reduction: KerasReduction.MeanWithSampleWeight, gradient: g),
        ["optax squared_error"] = (x, g) => Conventions.Optax.SquaredError(x, Values, g),
        ["optax l2_loss"] = (x, g) => Conventions.Optax.L2Loss(x, Values, g),
        ["optax huber_loss"] = (x, g) => Conventions.Optax.HuberLoss(x, Values, 0.7, g),
    };

    private static readonly Dictionary<string, Call> Probabilities = new()
    {
        ["keras cce"] = (x, g) => Conventions.Keras.CategoricalCrossentropy(
            Soft, x, labelSmoothing: 0.1, sampleWeight: Weights23, gradient: g),
        ["keras cce axis 1, none"] = (x, g) => Conventions.Keras.CategoricalCrossentropy(
            SoftColumns, x, axis: 1, reduction: KerasReduction.None, gradient: g),
        ["keras scce"] = (x, g) => Conventions.Keras.SparseCategoricalCrossentropy(Ids23, x, mask: Mask23, gradient: g),
        ["keras kl"] = (x, g) => Conventions.Keras.KLDivergence(Soft, x, Weights23, gradient: g),
        ["keras kl, none"] = (x, g) => Conventions.Keras.KLDivergence(Soft, x, mask: Mask23, reduction: KerasReduction.None, gradient: g),
        ["fairseq"] = (x, g) => Conventions.Fairseq.LabelSmoothedCrossEntropy(
            x, Ids23, 0.2, 2, netOutputIs: ScoreForm.Probabilities, gradient: g),
    };

    public static TheoryData<string> OfLogits => [.. Logits.Keys];

    public static TheoryData<string> OfProbabilities => [.. Probabilities.Keys];

    [Theory]
    [MemberData(nameof(OfLogits))]
    public void Gradient_IsTheDifference(string name) => Check(Logits[name], Draw(21, 24, -2, 2), name);

    [Theory]
    [MemberData(nameof(OfProbabilities))]
    public void GradientOfProbabilities_IsTheDifference(string name) => Check(Probabilities[name], Draw(22, 24, 0.05, 1), name);

    private static void Check(Call call, double[] scores, string name)
    {
        double[] upstream = call(Doubles(Btv, scores), default).Values is { } values
            ? Draw(23, (int)values.FlattenedLength, -1, 2)
            : [];
        double Loss(double[] scores)
        {
            ConventionLoss loss = call(Doubles(Btv, scores), default);
            return loss.Values is { } values ? ToArray(values).Zip(upstream, (value, flow) => value * flow).Sum() : loss.Value;
        }

        double[] actual = [.. Enumerable.Repeat(7.0, scores.Length)];
        Gradient gradient = new TensorSpan<double>(actual, Btv);
        call(Doubles(Btv, scores), upstream.Length == 0 ? gradient : gradient.WithUpstream(upstream));
        double[] expected = new double[scores.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            double[] moved = [.. scores];
            moved[i] = scores[i] + Step;
            double above = Loss(moved);
            moved[i] = scores[i] - Step;
            expected[i] = (above - Loss(moved)) / (2 * Step);
        }

        Assert.Contains(expected, g => Math.Abs(g) > 1e-3);
        new Tolerance(1e-8, 1e-8).Gradient(expected, actual, name);
    }

    /// <summary>The same numbers seen as [T, B, V].</summary>
    private static Tensor<double> TimeMajor(Tensor<double> scores) => Doubles([3, 2, 4], ToArray(scores));

    private static Gradient TimeMajor(Gradient gradient) => gradient.Reshaped(new TensorShape(3, 3, 2, 4));

    /// <summary>The same numbers seen as [N, V].</summary>
    private static Tensor<double> Rows(Tensor<double> scores) => Doubles([6, 4], ToArray(scores));

    private static Gradient Rows(Gradient gradient) => gradient.Reshaped(new TensorShape(2, 6, 4));

    /// <summary>Columns of [2, 3, 4] scaled to sum to one.</summary>
    private static double[] Columns(double[] values)
        => [.. values.Select((value, i) =>
        {
            int first = (i / 12 * 12) + (i % 4);
            return value / (values[first] + values[first + 4] + values[first + 8]);
        })];
}
