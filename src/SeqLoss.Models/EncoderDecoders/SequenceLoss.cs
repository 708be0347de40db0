using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The loss of a model under teacher forcing: L = Σ_t −ln p(y_t | x, y_&lt;t), or the error of each step of features.</summary>
/// <remarks>
/// <para>
/// The decoder reads the true targets one step later and is asked for each step. In training the gradient is that of the sum, so that
/// micro-batches add up to the batch; dividing by the weight they counted makes it the mean. Padding counts nowhere.
/// </para>
/// <para>
/// Tokens go through <see cref="LinearCrossEntropy"/>, in the <see cref="Tape.Precision"/> of the tape: the logits never exist all at once.
/// </para>
/// <para>The cross-entropy computes in memory of the tape's step. An object keeps its other memory; one call at a time.</para>
/// </remarks>
public sealed class SequenceLoss
{
    private static readonly TokenWeights NotPadding = TokenWeights.FromIgnoreIndex(SpecialTokens.Padding);

    private readonly SequenceLossOptions _options;
    private readonly LinearCrossEntropy _crossEntropy;
    private readonly LinearCrossEntropy _roundedCrossEntropy;
    private readonly RegressionOptions _regression;
    private readonly SequenceBatch _tokenInput = new();
    private SequenceBatch? _featureInput;
    private int[] _ids = [];
    private int[] _greatest = [];
    private float[] _predictions = [];
    private float[] _targets = [];
    private float[] _errors = [];

    /// <summary>Creates a loss.</summary>
    /// <param name="options">Which; <see langword="null"/>: cross-entropy without smoothing, or squared error.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="LossOptionException">An option is out of range.</exception>
    public SequenceLoss(SequenceLossOptions? options = null, int? threads = null)
    {
        _options = options ?? new SequenceLossOptions();
        LinearCrossEntropyOptions crossEntropy = new()
        {
            Loss = new CrossEntropyOptions
            {
                Layout = ScoreLayout.Nv,
                Reduction = Reduction.Sum,
                LabelSmoothing = _options.LabelSmoothing,
                Threads = threads,
            },
        };
        _crossEntropy = new LinearCrossEntropy(crossEntropy);
        _roundedCrossEntropy = new LinearCrossEntropy(crossEntropy with { Precision = ProductPrecision.BFloat16 });
        _regression = new RegressionOptions
        {
            Layout = RegressionLayout.Nd,
            Reduction = Reduction.Sum,
            HuberDelta = _options.HuberDelta,
            Threads = threads,
        };
    }

    /// <summary>Computes the loss of a batch, and in training leaves its gradient for <see cref="Tape.Backward()"/>.</summary>
    /// <param name="tape">The tape; gradients are left where it <see cref="Tape.IsTraining"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="batch">Sources and targets.</param>
    /// <param name="decoderInput">What the decoder reads in place of the true targets one step later; shaped as they are.</param>
    /// <param name="predictions">
    /// Becomes what the model predicts for each step, shaped as the targets: the most probable token, −1 where scores are not finite, or
    /// features.
    /// </param>
    /// <returns>The summed loss in nats, or in squares of the features' unit and the like, and what it counted.</returns>
    /// <exception cref="LossInputException">A target id is not in the vocabulary.</exception>
    public LossSum Compute(
        Tape tape, EncoderDecoder model, PairBatch batch, SequenceBatch? decoderInput = null, SequenceBatch? predictions = null)
    {
        SequenceBatch target = batch.Target;
        if (decoderInput is null)
        {
            decoderInput = target.FeatureCount == 0 ? _tokenInput : _featureInput ??= new SequenceBatch(target.FeatureCount);
            DecoderInput.Write(target, decoderInput);
        }

        Variable hidden = model.Forward(tape, batch.Source, decoderInput);
        RowGrid grid = new(model.RowOrder, target.Count, target.MaxLength);
        tape.Layer = "output";
        if (predictions is not null)
        {
            predictions.Reshape(target.Count, target.MaxLength);
            target.Lengths.CopyTo(predictions.Lengths);
        }

        return target.FeatureCount == 0
            ? CrossEntropy(tape, hidden, model.Output, target, grid, predictions)
            : Error(tape, hidden, model.Output, target, grid, predictions);
    }

    private LossSum CrossEntropy(
        Tape tape, Variable hidden, Layers.OutputLayer output, SequenceBatch target, RowGrid grid, SequenceBatch? predictions)
    {
        Span<int> ids = Grown(ref _ids, grid.Rows);
        for (int sequence = 0; sequence < grid.Count; sequence++)
        {
            for (int step = 0; step < grid.Steps; step++)
            {
                ids[grid.RowOf(sequence, step)] = target.Tokens[(sequence * grid.Steps) + step];
            }
        }

        ReadOnlyTensorSpan<float> features = new(hidden.Values, [hidden.Rows, hidden.Columns]);
        ReadOnlyTensorSpan<float> vocabulary = new(output.Weight.Values, [output.Weight.Rows, output.Weight.Columns]);
        VocabularyProjection projection = new(vocabulary) { Bias = output.Bias.Values };
        ReadOnlyTensorSpan<int> targets = new(ids, [ids.Length]);
        ProjectionGradients gradients = default;
        if (tape.IsTraining)
        {
            // Nothing but the loss reads the hidden features, so that it may overwrite their gradient.
            _ = hidden.AddToGradient(out NumberBuffer gradient);
            gradients = new ProjectionGradients
            {
                Hidden = new TensorSpan<float>(gradient.View<float>(0, hidden.Length), [hidden.Rows, hidden.Columns]),
                Vocabulary = new TensorSpan<float>(output.Weight.Gradient, [output.Weight.Rows, output.Weight.Columns]),
                Bias = output.Bias.Gradient,
                Accumulates = true,
            };
        }

        Span<int> greatest = predictions is null ? default : Grown(ref _greatest, grid.Rows);
        LinearCrossEntropy loss = tape.Precision == ProductPrecision.BFloat16 ? _roundedCrossEntropy : _crossEntropy;
        LossSum sum;
        try
        {
            LossOutputs outputs = new() { ArgMax = greatest };
            sum = loss.Compute(tape.Workspace, features, projection, targets, NotPadding, gradients, outputs);
        }
        finally
        {
            tape.Workspace.Release();
        }

        for (int sequence = 0; predictions is not null && sequence < grid.Count; sequence++)
        {
            for (int step = 0; step < target.Lengths[sequence]; step++)
            {
                predictions.Tokens[(sequence * grid.Steps) + step] = greatest[grid.RowOf(sequence, step)];
            }
        }

        return sum;
    }

    private LossSum Error(
        Tape tape, Variable hidden, Layers.OutputLayer output, SequenceBatch target, RowGrid grid, SequenceBatch? predictions)
    {
        // Only real steps are judged: they are moved together.
        Variable predicted = LinearOperation.Apply(tape, hidden, output.Weight, output.Bias);
        int width = target.FeatureCount;
        int steps = target.StepCount;
        Span<float> judged = Grown(ref _predictions, steps * width);
        Span<float> targets = Grown(ref _targets, steps * width);
        int next = 0;
        for (int sequence = 0; sequence < grid.Count; sequence++)
        {
            for (int step = 0; step < target.Lengths[sequence]; step++, next += width)
            {
                int place = ((sequence * grid.Steps) + step) * width;
                Span<float> row = predicted.Row(grid.RowOf(sequence, step));
                row.CopyTo(judged[next..]);
                if (predictions is not null)
                {
                    row.CopyTo(predictions.Features[place..]);
                }

                target.Features.Slice(place, width).CopyTo(targets[next..]);
            }
        }

        Span<float> errors = tape.IsTraining ? Grown(ref _errors, steps * width) : default;
        LossSum sum = Error(judged, targets, errors, [steps, width]);
        if (tape.IsTraining)
        {
            Span<float> gradient = predicted.Gradient;
            next = 0;
            for (int sequence = 0; sequence < grid.Count; sequence++)
            {
                for (int step = 0; step < target.Lengths[sequence]; step++, next += width)
                {
                    errors.Slice(next, width).CopyTo(gradient[(grid.RowOf(sequence, step) * width)..]);
                }
            }
        }

        return sum;
    }

    private LossSum Error(Span<float> predictions, Span<float> targets, Span<float> errors, ReadOnlySpan<nint> shape)
    {
        ReadOnlyTensorSpan<float> predicted = new(predictions, shape);
        ReadOnlyTensorSpan<float> wanted = new(targets, shape);
        Gradient gradient = errors.IsEmpty ? default : new TensorSpan<float>(errors, shape);
        return _options.Error switch
        {
            StepError.Squared => Regression.SquaredError(predicted, wanted, null, _regression, gradient),
            StepError.Absolute => Regression.AbsoluteError(predicted, wanted, null, _regression, gradient),
            _ => Regression.Huber(predicted, wanted, null, _regression, gradient),
        };
    }

    private static Span<T> Grown<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[length];
        }

        return array.AsSpan(0, length);
    }
}
