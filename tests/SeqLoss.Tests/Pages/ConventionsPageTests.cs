using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using SeqLoss.Tests.Frameworks;
using Xunit;

namespace SeqLoss.Tests.Pages;

/// <summary>The tables of docs/conventions.md: every number is computed from the data on the page.</summary>
public sealed class ConventionsPageTests
{
    private static readonly Page Conventional = new("conventions.md");
    private static readonly double[] Scores = Numbers("logits", "targets", 18);
    private static readonly int[] Ids = [.. Numbers("targets", "mask", 6).Select(id => (int)id)];
    private static readonly Tensor<double> Mask = Arrays.Doubles([2, 3], Numbers("mask", "$", 6));
    private static readonly Tensor<double> Logits = Arrays.Doubles([2, 3, 3], Scores);
    private static readonly Tensor<double> Rows = Arrays.Doubles([6, 3], Scores);

    /// <summary>Hidden states and a vocabulary whose product are the logits.</summary>
    private static readonly Tensor<float> Singles = Tensor.Create(Array.ConvertAll(Scores, score => (float)score), [6, 3]);
    private static readonly Tensor<float> Identity = Tensor.Create([1f, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    private static readonly Tensor<int> Targets = Arrays.Ids([2, 3], Ids);
    private static readonly Tensor<int> Ignored = Arrays.Ids([6], [.. Ids[..5], -1]);
    private static readonly Tensor<double> OneHot
        = Arrays.Doubles([2, 3, 3], [.. Ids.SelectMany(id => Enumerable.Range(0, 3).Select(v => v == id ? 1.0 : 0))]);

    private static readonly Tensor<double> StepLogits
        = Arrays.Doubles([3, 2, 3], [.. Enumerable.Range(0, 18).Select(i => Scores[(i / 3 % 2 * 9) + (i / 6 * 3) + (i % 3)])]);

    private static readonly Tensor<int> StepTargets = Arrays.Ids([3, 2], Ids[0], Ids[3], Ids[1], Ids[4], Ids[2], Ids[5]);
    private static readonly Tensor<double> StepMask = Arrays.Doubles([3, 2], 1, 1, 1, 1, 1, 0);

    /// <summary>A row's losses for a smoothing.</summary>
    private delegate ConventionLoss[] Losses(double smoothing);

    private static readonly Dictionary<string, Losses> Table = new()
    {
        ["torch, onnx, liger: mean"] = smoothing => TorchLike(smoothing, TorchReduction.Mean),
        ["torch, onnx, liger: sum"] = smoothing => TorchLike(smoothing, TorchReduction.Sum),
        ["keras: sum_over_batch_size, padding in sample_weight"] = smoothing => Keras(smoothing, Mask),
        ["keras: sum_over_batch_size, padding in a mask"] = smoothing => Keras(smoothing, null, Mask),
        ["keras: mean_with_sample_weight"] = smoothing => Keras(smoothing, Mask, null, KerasReduction.MeanWithSampleWeight),
        ["keras: sum"] = smoothing => Keras(smoothing, Mask, null, KerasReduction.Sum),
        ["tf.contrib.seq2seq, tfa: average over time and batch"] = _ => SequenceLosses(true, true),
        ["tf.contrib.seq2seq, tfa: average over time"] = _ => SequenceLosses(true, false),
        ["tf.contrib.seq2seq, tfa: average over the batch"] = _ => SequenceLosses(false, true),
        ["tf.contrib.seq2seq, tfa: neither"] = _ => SequenceLosses(false, false),
        ["tfa: sums over time and batch"] = _ =>
            [Conventions.TensorFlowAddons.SequenceLoss(Logits, Targets, Mask, false, false, true, true)],
        ["tf.contrib.legacy_seq2seq: by example"] = _ =>
            [Conventions.TensorFlow.LegacySequenceLossByExample(StepLogits, StepTargets, StepMask)],
        ["tf.contrib.legacy_seq2seq: sequence_loss"] = _ => [Conventions.TensorFlow.LegacySequenceLoss(StepLogits, StepTargets, StepMask)],
        ["tf.contrib.legacy_seq2seq: not across timesteps"] = _ =>
            [Conventions.TensorFlow.LegacySequenceLoss(StepLogits, StepTargets, StepMask, averageAcrossTimesteps: false)],
        ["TensorFlow.js: SUM_BY_NONZERO_WEIGHTS"] = smoothing => [Conventions.TensorFlowJs.SoftmaxCrossEntropy(
            Arrays.Doubles([6, 3], Arrays.ToArray(OneHot)), Rows, Arrays.Doubles([6], Arrays.ToArray(Mask)), smoothing)],
        ["fairseq: loss"] = smoothing => [Fairseq(smoothing)],
        ["fairseq: the log, in bits"] = smoothing =>
            [Fairseq(smoothing) with { Value = Fairseq(smoothing).Value / Fairseq(smoothing).Divisor / Math.Log(2) }],
        ["marian: ce-sum"] = smoothing => Marian(smoothing, MarianCost.CeSum),
        ["marian: ce-mean-words"] = smoothing => Marian(smoothing, MarianCost.CeMeanWords),
        ["marian: ce-mean"] = smoothing => Marian(smoothing, MarianCost.CeMean),
        ["marian: perplexity"] = smoothing => Marian(smoothing, MarianCost.Perplexity),
        ["optax, jnp.mean"] = Optax,
        ["joeynmt: sum"] = smoothing => JoeyNmt(smoothing, JoeyNmtNormalization.Sum),
        ["joeynmt: tokens"] = smoothing => JoeyNmt(smoothing, JoeyNmtNormalization.Tokens),
        ["joeynmt: batch"] = smoothing => JoeyNmt(smoothing, JoeyNmtNormalization.Batch),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Fact]
    public void Rows_AreThose() => Assert.Equal(Table.Keys, Conventional.Rows(6).Select(cells => cells[0]));

    [Theory]
    [MemberData(nameof(Names))]
    public void Numbers_FollowFromTheData(string name)
    {
        string[] cells = Conventional.Rows(6).Single(cells => cells[0] == name);
        Check(cells[4], Table[name](0), name);
        if (cells[5] != "–")
        {
            Check(cells[5], Table[name](0.1), name);
        }
    }

    private static void Check(string cell, ConventionLoss[] losses, string name)
    {
        Assert.NotEmpty(losses);
        foreach (ConventionLoss loss in losses)
        {
            double[] values = loss.Values is null ? [loss.Value] : Arrays.ToArray(loss.Values);
            string printed = string.Join(", ", values.Select(value => value.ToString("F4", CultureInfo.InvariantCulture)));
            Assert.True(cell == printed, $"{name}: the page has {cell}, the data {printed}");
        }
    }

    private static ConventionLoss[] TorchLike(double smoothing, TorchReduction reduction)
    {
        ConventionLoss torch = Conventions.Torch.CrossEntropy(Rows, Ignored, null, -1, reduction, smoothing);
        ConventionLoss liger = Conventions.Liger.CrossEntropy(
            Rows, Ignored, ignoreIndex: -1, labelSmoothing: smoothing, reduction: reduction);
        ConventionLoss[] fused =
        [
            Conventions.Torch.LinearCrossEntropy(
                Singles, Identity, Ignored, reduction: reduction, ignoreIndex: -1, labelSmoothing: smoothing),
            Conventions.Liger.FusedLinearCrossEntropy(
                Identity, Singles, Ignored, ignoreIndex: -1, labelSmoothing: smoothing, reduction: reduction),
        ];
        return smoothing == 0
            ? [torch, liger, .. fused, Conventions.Onnx.SoftmaxCrossEntropyLoss(Rows, Ignored, ignoreIndex: -1, reduction: reduction)]
            : [torch, liger, .. fused];
    }

    private static ConventionLoss[] Keras(
        double smoothing,
        SampleWeights? weight,
        SampleWeights? mask = null,
        KerasReduction reduction = KerasReduction.SumOverBatchSize)
        => [Conventions.Keras.CategoricalCrossentropy(OneHot, Logits, true, smoothing, -1, weight, mask, reduction)];

    private static ConventionLoss[] SequenceLosses(bool time, bool batch) =>
    [
        Conventions.TensorFlow.SequenceLoss(Logits, Targets, Mask, time, batch),
        Conventions.TensorFlowAddons.SequenceLoss(Logits, Targets, Mask, time, batch),
    ];

    private static ConventionLoss Fairseq(double smoothing)
        => Conventions.Fairseq.LabelSmoothedCrossEntropy(Logits, Arrays.Ids([2, 3], [.. Ids[..5], -1]), smoothing, paddingIdx: -1);

    private static ConventionLoss[] Marian(double smoothing, MarianCost type)
        => [Conventions.Marian.CrossEntropy(StepLogits, StepTargets, StepMask, null, smoothing, type)];

    private static ConventionLoss[] Optax(double smoothing)
    {
        ConventionLoss losses = Conventions.Optax.SoftmaxCrossEntropy(
            Logits, Conventions.Optax.SmoothLabels(OneHot, smoothing), where: Mask);
        return [losses with { Value = Arrays.ToArray(losses.Values!).Average(), Values = null }];
    }

    private static ConventionLoss[] JoeyNmt(double smoothing, JoeyNmtNormalization normalization)
    {
        Tensor<int> targets = Arrays.Ids([2, 3], [2, .. Ids[1..]]);
        return [Conventions.JoeyNmt.XentLoss(Logits, targets, padIndex: 0, smoothing, normalization, ScoreForm.Logits)];
    }

    /// <summary>The numbers of the page's data block between two words.</summary>
    private static double[] Numbers(string word, string end, int count)
    {
        string data = Regex.Match(Conventional.Blocks("text"), $"{word}(.*?){end}", RegexOptions.Singleline).Groups[1].Value;
        double[] numbers = [.. Regex.Matches(data, "[\\d.]+").Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(count, numbers.Length);
        return numbers;
    }
}
