using System;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Validation;

/// <summary>Judges a model on a corpus; keeps its memory.</summary>
/// <param name="model">What is judged.</param>
/// <param name="plan">The batches of the corpus; how it is divided changes no result but the last bits.</param>
/// <param name="options">Which error features have; smoothing is left out.</param>
/// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
public sealed class Validator(EncoderDecoder model, BatchPlan plan, SequenceLossOptions? options = null, int? threads = null)
{
    private readonly SequenceLoss _loss = new((options ?? new SequenceLossOptions()) with { LabelSmoothing = 0 }, threads);
    private readonly PairBatch _batch = plan.Corpus.CreateBatch();
    private readonly SequenceBatch _predictions = new(plan.Corpus.Target.FeatureCount);

    /// <summary>Computes the loss of every pair.</summary>
    /// <param name="tape">A tape without a step on it; it is left that way, not training, its products in float32 as decoding is.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ValidationResult Run(Tape tape, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        tape.IsTraining = false;
        tape.Precision = ProductPrecision.AsGiven;
        LossSum sum = default;
        long correct = 0;
        for (int i = 0; i < plan.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            plan.Corpus.Fill(plan[i], _batch);
            sum += _loss.Compute(tape, model, _batch, predictions: _predictions);
            tape.Reset();
            correct += CountCorrect();
        }

        return new ValidationResult
        {
            Sum = sum,
            Sequences = plan.Corpus.Count,
            CorrectSequences = _predictions.FeatureCount == 0 ? correct : null,
        };
    }

    private int CountCorrect()
    {
        SequenceBatch target = _batch.Target;
        int correct = 0;
        for (int i = 0; i < target.Count && target.FeatureCount == 0; i++)
        {
            (int first, int length) = (i * target.MaxLength, target.Lengths[i]);
            correct += _predictions.Tokens.Slice(first, length).SequenceEqual(target.Tokens.Slice(first, length)) ? 1 : 0;
        }

        return correct;
    }
}
