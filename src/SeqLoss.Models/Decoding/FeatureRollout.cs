using System;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Decoding;

/// <summary>Writes targets of features, a forecast: each predicted step is the input of the next.</summary>
/// <remarks>
/// y_t = W·h_t + b, where the decoder makes h_t from the source and y_1..y_{t−1}; its first input is zeros. A source's steps do not depend
/// on its neighbours in the batch, to the last bit with the managed matrix multiply. An object keeps its memory. One call at a time.
/// </remarks>
public sealed class FeatureRollout : IDisposable
{
    private readonly EncoderDecoder _model;
    private readonly Tape _tape;
    private readonly SequenceBatch _input;

    /// <summary>Creates a rollout; memory is taken by its first call.</summary>
    /// <param name="model">A model whose targets are features.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentException">The targets of the model are tokens.</exception>
    public FeatureRollout(EncoderDecoder model, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Options.Target.IsTokens)
        {
            throw new ArgumentException("The model writes tokens, not features: use BeamSearch.", nameof(model));
        }

        _model = model;
        _tape = new Tape(threads) { IsTraining = false };
        _input = new SequenceBatch(model.Options.Target.FeatureCount);
    }

    /// <summary>Predicts a number of steps for each source.</summary>
    /// <param name="source">B sources.</param>
    /// <param name="steps">n ≥ 1.</param>
    /// <param name="target">The prediction goes there: B sequences of n steps.</param>
    /// <param name="cancellation">Looked at before each step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="target"/> has another number of features than the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; steps that are missing are zeros.</exception>
    public void Run(SequenceBatch source, int steps, SequenceBatch target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        int width = _input.FeatureCount;
        if (target.FeatureCount != width)
        {
            throw new ArgumentException($"The batch to write has {target.FeatureCount} features, the model {width}.", nameof(target));
        }

        target.Reshape(source.Count, steps);
        target.Lengths.Fill(steps);
        _input.Reshape(source.Count, 1);
        _input.Lengths.Fill(1);
        DecoderState state = _model.BeginDecoding(_tape, source, steps);
        OutputLayer output = _model.Output;
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Variable predicted = LinearOperation.Apply(_tape, state.Advance(_input), output.Weight, output.Bias);
            predicted.Values.CopyTo(_input.Features);
            for (int row = 0; row < predicted.Rows; row++)
            {
                predicted.Row(row).CopyTo(target.Features[(((row * steps) + step) * width)..]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _tape.Dispose();
}
