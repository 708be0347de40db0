using System;

namespace SeqLoss.Training.Validation;

/// <summary>How well a model predicts a corpus under teacher forcing, without dropout and smoothing, over all pairs together.</summary>
public sealed record ValidationResult
{
    /// <summary>The summed loss in nats, or of the errors of features, and what it counted.</summary>
    public LossSum Sum { get; init; }

    /// <summary>The pairs.</summary>
    public long Sequences { get; init; }

    /// <summary>The targets whose tokens, the end included, are all the most probable; <see langword="null"/> for features.</summary>
    public long? CorrectSequences { get; init; }

    /// <summary>Nats per token, or the mean error of a step of features.</summary>
    public double Loss => Sum.Mean;

    /// <summary>e to the nats per token; NaN for features.</summary>
    public double Perplexity => Sum.Perplexity;

    /// <summary>The share of tokens that are the most probable one, in [0, 1]; NaN for features.</summary>
    public double TokenAccuracy => Sum.Accuracy;

    /// <summary><see cref="CorrectSequences"/> / <see cref="Sequences"/>, in [0, 1]; NaN for features.</summary>
    public double SequenceAccuracy => (double?)CorrectSequences / Sequences ?? double.NaN;

    /// <summary>One of these numbers.</summary>
    public double Value(ValidationMetric metric) => metric switch
    {
        ValidationMetric.Loss => Loss,
        ValidationMetric.Perplexity => Perplexity,
        ValidationMetric.TokenAccuracy => TokenAccuracy,
        ValidationMetric.SequenceAccuracy => SequenceAccuracy,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
    };
}
