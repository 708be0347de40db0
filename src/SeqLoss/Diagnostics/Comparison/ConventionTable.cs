using System;
using System.Collections.Generic;

namespace SeqLoss.Diagnostics.Comparison;

/// <summary>
/// The conventions that a comparison shows, each tested against <see cref="Conventions"/>; OpenNMT's divisor, which is none of a loss
/// but of its trainer, against its definition.
/// </summary>
internal static class ConventionTable
{
    private const Feature AnyScores = Feature.Probabilities | Feature.LogProbabilities;

    private const Feature TorchFeatures =
        Feature.Distributions | Feature.ClassWeights | Feature.Smoothing | Feature.Rows | Feature.LogProbabilities;

    private const Feature KerasFeatures = Feature.Distributions | Feature.MaskedDistributions | Feature.TokenWeights
        | Feature.Smoothing | Feature.Rows | Feature.Probabilities;

    private const Feature AddonsFeatures
        = Feature.Distributions | Feature.MaskedDistributions | Feature.TokenWeights | Feature.LogProbabilities;

    private const Feature LigerFeatures = Feature.Smoothing | Feature.ZLoss | Feature.SoftCap | Feature.Rows
        | Feature.LogProbabilities;

    private const Feature OptaxFeatures = Feature.Distributions | Feature.MaskedDistributions | Feature.Smoothing | Feature.Rows
        | Feature.LogProbabilities;

    private const Feature TokenSums = Feature.Smoothing | AnyScores;

    /// <summary>The conventions, SeqLoss's own first.</summary>
    public static IReadOnlyList<Convention> All { get; } =
    [
        new("seqloss mean", "the token weights, each by its class weight", LossDefinition.AsGiven, (Feature)(-1), Mean),
        new("torch.cross_entropy", "the targets that count, each by its class weight",
            LossDefinition.SmoothingAll, TorchFeatures, EmptyIsNaN(Mean)),
        new("torch.cross_entropy reduction=sum", "nothing", LossDefinition.SmoothingAll, TorchFeatures, Sum),
        new("onnx.SoftmaxCrossEntropyLoss", "the targets that count, each by its class weight",
            LossDefinition.SmoothingAll, Feature.ClassWeights | Feature.Rows | Feature.LogProbabilities, EmptyIsNaN(Mean)),
        new("liger.cross_entropy", "the tokens that count", LossDefinition.SmoothingAll, LigerFeatures, Mean),
        new("keras sum_over_batch_size, padding as sample_weight", "every position, padding included", LossDefinition.Keras,
            KerasFeatures, Over(sum => sum.Elements)),
        new("keras sum_over_batch_size, padding as mask", "the positions that are not masked, whatever their weights",
            LossDefinition.Keras, KerasFeatures, Over(sum => sum.Valid)),
        new("keras mean_with_sample_weight", "the token weights", LossDefinition.Keras, KerasFeatures, Over(sum => sum.TokenWeight)),
        new("keras sum", "nothing", LossDefinition.Keras, KerasFeatures, Sum),
        new("tf.contrib.seq2seq.sequence_loss", "the token weights", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.LogProbabilities, Over(sum => sum.TokenWeight)),
        new("tfa.seq2seq.sequence_loss", "the token weights", LossDefinition.SmoothingAll, AddonsFeatures, Over(sum => sum.TokenWeight)),
        new("tfa.seq2seq.SequenceLoss", "the number of token weights that are not 0", LossDefinition.SmoothingAll, AddonsFeatures,
            Over(sum => sum.Tokens)),
        new("tf.contrib.legacy_seq2seq.sequence_loss", "each sequence by its weights, then their number", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.LogProbabilities, totals => (totals.MeanPerExample, double.NaN)),
        new("tf.contrib.legacy_seq2seq.sequence_loss average_across_timesteps=False", "the sequences", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.LogProbabilities, Over(sum => sum.Sequences)),
        new("optax, jnp.mean", "every position, padding included", LossDefinition.SmoothingAll, OptaxFeatures, Over(sum => sum.Elements)),
        new("fairseq label_smoothed_cross_entropy, per token", "the tokens that are not padding", LossDefinition.SmoothingOthers,
            TokenSums | Feature.Rows, Over(sum => sum.Valid)),
        new("fairseq sentence_avg", "the sentences", LossDefinition.SmoothingOthers, TokenSums, Over(sum => sum.Sequences)),
        new("fairseq log, per token", "the tokens that are not padding, times ln 2: bits", LossDefinition.SmoothingOthers,
            TokenSums | Feature.Rows, Over(sum => sum.Valid * Math.Log(2))),
        new("joeynmt normalization=tokens", "the tokens that are not padding", LossDefinition.DivergenceWithoutPad,
            TokenSums | Feature.Rows, Over(sum => sum.Valid)),
        new("joeynmt normalization=batch", "the sequences", LossDefinition.DivergenceWithoutPad, TokenSums, Over(sum => sum.Sequences)),
        new("opennmt normalization=tokens", "the tokens that are not padding less one for each sentence", LossDefinition.SmoothingAll,
            Feature.Smoothing | Feature.LogProbabilities, Over(sum => Math.Max(0, sum.Valid - sum.Sequences))),
        new("marian ce-mean-words", "the labels that are not masked, whatever their weights", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.Smoothing | Feature.LogProbabilities | Feature.Rows, Over(sum => sum.Valid)),
        new("marian ce-mean", "the sentences", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.Smoothing | Feature.LogProbabilities, Over(sum => sum.Sequences)),
        new("marian ce-sum", "nothing", LossDefinition.SmoothingAll,
            Feature.TokenWeights | Feature.Smoothing | Feature.LogProbabilities | Feature.Rows, Sum),
    ];

    private static (double Value, double Divisor) Mean(Totals totals) => (totals.Sum.Mean, totals.Sum.Weight);

    private static (double Value, double Divisor) Sum(Totals totals) => (totals.Sum.Sum, 1);

    private static Func<Totals, (double Value, double Divisor)> Over(Func<LossSum, double> divisor) => totals =>
    {
        double by = divisor(totals.Sum);
        return (by == 0 ? 0 : totals.Sum.Sum / by, by);
    };

    private static Func<Totals, (double Value, double Divisor)> EmptyIsNaN(Func<Totals, (double Value, double Divisor)> divide)
        => totals => totals.Sum.Weight == 0 ? (double.NaN, 0) : divide(totals);
}
