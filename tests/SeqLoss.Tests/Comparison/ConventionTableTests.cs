using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Diagnostics;
using Xunit;

namespace SeqLoss.Tests.Comparison;

/// <summary>The rows of a comparison are the numbers of the conventions themselves.</summary>
public sealed class ConventionTableTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void Rows_OfIds_AreTheConventions(double epsilon)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            ComparedCase c = new(seed);
            TokenWeights weights = TokenWeights.FromIgnoreIndex(ComparedCase.Pad);
            CrossEntropyOptions options = new() { LabelSmoothing = epsilon };
            Dictionary<string, double> rows = LossComparison.Run(c.Scores, c.Targets, ScoreForm.Logits, weights, options)
                .ToDictionary(row => row.Convention, row => row.Value);
            Tensor<double> mask = Tensor.Create(c.Mask, [c.Batch, c.Time]);
            ReadOnlyTensorSpan<float> flat = new(c.Logits, [c.Batch * c.Time, c.Classes]);
            ReadOnlyTensorSpan<long> flatIds = new(c.Ids, [c.Batch * c.Time]);
            Dictionary<string, double> expected = new()
            {
                ["torch.cross_entropy"] = Conventions.Torch.CrossEntropy(
                    flat, flatIds, ignoreIndex: ComparedCase.Pad, labelSmoothing: epsilon),
                ["torch.cross_entropy reduction=sum"] = Conventions.Torch.CrossEntropy(
                    flat, flatIds, ignoreIndex: ComparedCase.Pad, labelSmoothing: epsilon, reduction: TorchReduction.Sum),
                ["liger.cross_entropy"] = Conventions.Liger.CrossEntropy(
                    flat, flatIds, ignoreIndex: ComparedCase.Pad, labelSmoothing: epsilon),
                ["fairseq sentence_avg"] = Scaled(Conventions.Fairseq.LabelSmoothedCrossEntropy(
                    c.Scores, c.Targets, epsilon, ComparedCase.Pad, sentenceAvg: true)),
                ["fairseq label_smoothed_cross_entropy, per token"] = Scaled(
                    Conventions.Fairseq.LabelSmoothedCrossEntropy(c.Scores, c.Targets, epsilon, ComparedCase.Pad)),
                ["joeynmt normalization=tokens"] = Conventions.JoeyNmt.XentLoss(
                    c.Scores, c.Targets, ComparedCase.Pad, epsilon, JoeyNmtNormalization.Tokens, ScoreForm.Logits),
                ["joeynmt normalization=batch"] = Conventions.JoeyNmt.XentLoss(
                    c.Scores, c.Targets, ComparedCase.Pad, epsilon, JoeyNmtNormalization.Batch, ScoreForm.Logits),
                ["opennmt normalization=tokens"] = c.Sum(c.Mask, c.Ids, c.Rows, epsilon, c.Classes) / (c.Tokens - c.Batch),
                ["keras sum_over_batch_size, padding as sample_weight"] = Keras(c, epsilon, sampleWeight: mask),
                ["keras sum_over_batch_size, padding as mask"] = Keras(c, epsilon, mask: mask),
                ["keras mean_with_sample_weight"] = Keras(
                    c, epsilon, sampleWeight: mask, reduction: KerasReduction.MeanWithSampleWeight),
                ["keras sum"] = Keras(c, epsilon, sampleWeight: mask, reduction: KerasReduction.Sum),
                ["marian ce-mean-words"] = Marian(c, epsilon, MarianCost.CeMeanWords),
                ["marian ce-mean"] = Marian(c, epsilon, MarianCost.CeMean),
                ["marian ce-sum"] = Marian(c, epsilon, MarianCost.CeSum),
            };
            if (epsilon == 0)
            {
                expected["onnx.SoftmaxCrossEntropyLoss"] = Conventions.Onnx.SoftmaxCrossEntropyLoss(
                    flat, flatIds, ignoreIndex: ComparedCase.Pad);
                expected["tf.contrib.seq2seq.sequence_loss"] = Conventions.TensorFlow.SequenceLoss(c.Scores, c.Targets, mask);
                expected["tfa.seq2seq.sequence_loss"] = Conventions.TensorFlowAddons.SequenceLoss(c.Scores, c.Targets, mask);
                expected["tfa.seq2seq.SequenceLoss"] = Conventions.TensorFlowAddons.SequenceLoss(
                    c.Scores, c.Targets, mask, false, false, true, true);
                (float[] scores, long[] ids, Tensor<double> timeMajorMask) = TimeMajor(c);
                expected["tf.contrib.legacy_seq2seq.sequence_loss"] = Conventions.TensorFlow.LegacySequenceLoss(
                    new ReadOnlyTensorSpan<float>(scores, [c.Time, c.Batch, c.Classes]),
                    new ReadOnlyTensorSpan<long>(ids, [c.Time, c.Batch]),
                    timeMajorMask);
                ConventionLoss perSequence = Conventions.TensorFlow.LegacySequenceLoss(
                    new ReadOnlyTensorSpan<float>(scores, [c.Time, c.Batch, c.Classes]),
                    new ReadOnlyTensorSpan<long>(ids, [c.Time, c.Batch]),
                    timeMajorMask,
                    averageAcrossTimesteps: false);
                expected["tf.contrib.legacy_seq2seq.sequence_loss average_across_timesteps=False"] = perSequence;
            }

            foreach ((string convention, double value) in expected)
            {
                Assert.True(rows.ContainsKey(convention), $"{convention} is missing");
                Tolerance.Single.Loss(value, rows[convention], $"seed {seed}, {convention}");
            }
        }
    }

    [Fact]
    public void Rows_ThatCannotExpressTheInput_AreLeftOut()
    {
        ComparedCase c = new(3);
        string[] Names(TokenWeights? weights, CrossEntropyOptions options)
            => [.. LossComparison.Run(c.Scores, c.Targets, ScoreForm.Logits, weights, options).Select(row => row.Convention)];

        double[] half = [.. c.Mask.Select(w => w / 2)];
        string[] weighted = Names(TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(half, [c.Batch, c.Time])), new());
        Assert.Contains("tf.contrib.seq2seq.sequence_loss", weighted);
        Assert.DoesNotContain("torch.cross_entropy", weighted);

        string[] classWeighted = Names(null, new() { ClassWeights = ClassWeights.From<double>([.. Enumerable.Repeat(2.0, c.Classes)]) });
        Assert.Contains("torch.cross_entropy", classWeighted);
        Assert.DoesNotContain("keras sum", classWeighted);

        string[] smoothedWithoutPad = Names(null, new() { LabelSmoothing = 0.1 });
        Assert.DoesNotContain("joeynmt normalization=tokens", smoothedWithoutPad);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FewClasses_LeaveOutTheSmoothingsThatNeedMore(int classes)
    {
        float[] logits = new float[6 * classes];
        IReadOnlyList<ComparisonRow> rows = LossComparison.Run(
            new ReadOnlyTensorSpan<float>(logits, [2, 3, classes]),
            new ReadOnlyTensorSpan<long>(new long[6], [2, 3]),
            options: new CrossEntropyOptions { LabelSmoothing = 0.1 });
        Assert.Contains(rows, row => row.Convention == "torch.cross_entropy");
        Assert.Equal(classes > 1, rows.Any(row => row.Convention == "fairseq sentence_avg"));
    }

    [Fact]
    public void ACancelledComparison_Stops()
    {
        ComparedCase c = new(1);
        Assert.Throws<OperationCanceledException>(
            () => LossComparison.Run(c.Scores, c.Targets, cancellation: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData("0e99999999999")]
    [InlineData("1e-99999999999")]
    [InlineData("nan")]
    [InlineData("two")]
    public void AnUnreadableExpectation_IsRefused(string text) => Assert.Throws<LossOptionException>(() => ExpectedLoss.Parse(text));

    [Fact]
    public void Groups_AreEqualNumbers()
    {
        ComparedCase c = new(5);
        IReadOnlyList<ComparisonRow> rows = LossComparison.Run(
            c.Scores, c.Targets, ScoreForm.Logits, TokenWeights.FromLengths(c.Lengths));
        foreach (ComparisonRow row in rows)
        {
            foreach (ComparisonRow other in rows)
            {
                bool isSame = Math.Abs(row.Value - other.Value) <= 1e-6 * Math.Abs(row.Value);
                Assert.Equal(isSame, row.Group == other.Group);
            }
        }
    }

    [Theory]
    [InlineData("2.345", 2.345, 0.0005)]
    [InlineData("2.3450", 2.345, 0.00005)]
    [InlineData("12", 12, 0.5)]
    [InlineData("1.5e-3", 0.0015, 0.00005)]
    [InlineData("-0.25", -0.25, 0.005)]
    public void AnExpectedNumber_IsAsExactAsItIsWritten(string text, double value, double halfUnit)
    {
        ExpectedLoss expected = ExpectedLoss.Parse(text);
        Assert.Equal(value, expected.Value);
        Assert.Equal(halfUnit, expected.HalfUnit, 12);
        Assert.True(expected.Agrees(value + (0.99 * halfUnit)));
        Assert.False(expected.Agrees(value + (1.2 * halfUnit)));
    }

    private static double Scaled(ConventionLoss loss) => loss.Value / loss.Divisor;

    private static double Keras(
        ComparedCase c,
        double epsilon,
        SampleWeights? sampleWeight = null,
        SampleWeights? mask = null,
        KerasReduction reduction = KerasReduction.SumOverBatchSize)
    {
        float[] oneHot = new float[c.Logits.Length];
        for (int i = 0; i < c.Ids.Length; i++)
        {
            oneHot[(i * c.Classes) + c.Ids[i]] = 1;
        }

        return Conventions.Keras.CategoricalCrossentropy(
            new ReadOnlyTensorSpan<float>(oneHot, [c.Batch, c.Time, c.Classes]),
            c.Scores,
            fromLogits: true,
            labelSmoothing: epsilon,
            sampleWeight: sampleWeight,
            mask: mask,
            reduction: reduction);
    }

    private static double Marian(ComparedCase c, double epsilon, MarianCost cost)
    {
        (float[] scores, long[] ids, Tensor<double> mask) = TimeMajor(c);
        return Conventions.Marian.CrossEntropy(
            new ReadOnlyTensorSpan<float>(scores, [c.Time, c.Batch, c.Classes]),
            new ReadOnlyTensorSpan<long>(ids, [c.Time, c.Batch]),
            mask,
            labelSmoothing: epsilon,
            costType: cost);
    }

    private static (float[] Scores, long[] Ids, Tensor<double> Mask) TimeMajor(ComparedCase c)
    {
        float[] scores = new float[c.Logits.Length];
        long[] ids = new long[c.Ids.Length];
        double[] mask = new double[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            int from = (i % c.Batch * c.Time) + (i / c.Batch);
            (ids[i], mask[i]) = (c.Ids[from], c.Mask[from]);
            c.Logits.AsSpan(from * c.Classes, c.Classes).CopyTo(scores.AsSpan(i * c.Classes));
        }

        return (scores, ids, Tensor.Create(mask, [c.Time, c.Batch]));
    }
}
