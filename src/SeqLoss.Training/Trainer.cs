using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Data;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training;

/// <summary>Teaches a model a corpus.</summary>
/// <remarks>
/// <para>
/// A step adds the gradients of the summed loss of its batches, divides once by the weight they counted, clips the norm of the result and
/// lets the optimiser change the parameters. The result depends on model, corpus, plan and options, and on nothing else: not on the number
/// of threads, nor on whether training was interrupted. After the first epochs a step allocates nothing.
/// </para>
/// <para>One thread at a time. Where training ends, <see cref="Train"/> may be called again, and goes on.</para>
/// </remarks>
public sealed partial class Trainer : IDisposable
{
    private readonly Tape _tape;
    private readonly BatchPlan _plan;
    private readonly TrainingOptions _options;
    private readonly StepGradient _gradient;
    private readonly GradientNorm _norm;
    private readonly Validator? _validator;
    private long _step;
    private int _batch;
    private long _skippedSteps;
    private int _skippedInARow;
    private long _validatedStep;
    private bool _isReserved;

    /// <summary>Prepares a training.</summary>
    /// <param name="model">What is trained, in place.</param>
    /// <param name="training">The corpus, and how it is divided into batches.</param>
    /// <param name="validation">What the model is judged on; <see langword="null"/>: it is not.</param>
    /// <param name="options">How; <see langword="null"/>: the defaults.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentException">Options are out of range or do not fit together; one sentence.</exception>
    public Trainer(
        EncoderDecoder model, BatchPlan training, BatchPlan? validation = null, TrainingOptions? options = null, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        (Model, _plan) = (model, training);
        _options = options ?? new TrainingOptions();
        _options.Check(model.Options.Target.IsTokens);
        _plan.BeginEpoch(0);
        long stepsOfEpoch = (_plan.Count + _options.BatchesPerStep - 1L) / _options.BatchesPerStep;
        LastStep = Math.Min(_options.Steps ?? long.MaxValue, _options.Epochs * stepsOfEpoch ?? long.MaxValue);
        Schedule = _options.Schedule.Create(LastStep);
        Optimizer = _options.Optimizer.Create(model.Parameters, threads);
        Best = new BestModel(model.Parameters, _options.Validation);
        _tape = new Tape(threads);
        _gradient = new StepGradient(_tape, model, training, _options);
        _norm = new GradientNorm(model.Parameters, threads);
        _validator = validation is null ? null
            : new Validator(model, validation, _options.Loss(model.Options.Target.IsTokens), threads);
        model.Parameters.ClearGradients();
    }

    /// <summary>What is trained.</summary>
    public EncoderDecoder Model { get; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Options => _options;

    /// <summary>The step that ends training, if nothing ends it before; epochs are taken to be as long as the first.</summary>
    internal long LastStep { get; }

    internal Optimizer Optimizer { get; }

    internal Schedule Schedule { get; }

    internal BestModel Best { get; }

    /// <summary>Trains until an end is reached or asked for.</summary>
    /// <param name="progress">Told of every step and every validation, on this thread if it does not choose another.</param>
    /// <param name="checkpoints">Where the state is saved now and then and at the end; <see langword="null"/>: nowhere.</param>
    /// <param name="cancellation">Ends training between two steps, or between two batches of a validation.</param>
    /// <returns>Why it ended.</returns>
    /// <exception cref="TrainingDivergedException">A loss or a gradient is not finite; the parameters are as before the step.</exception>
    /// <exception cref="InvalidDataException">A whole epoch has nothing to count.</exception>
    public TrainingEnd Train(
        IProgress<TrainingProgress>? progress = null, CheckpointDirectory? checkpoints = null, CancellationToken cancellation = default)
    {
        // A validation that was stopped is made up for before anything else.
        ValidateIfDue(progress, cancellation);
        TrainingEnd? end;
        while ((end = FindEnd(cancellation)) is null)
        {
            if (TakeStep(progress) && ValidateIfDue(progress, cancellation) && _step % _options.CheckpointEverySteps == 0)
            {
                checkpoints?.Save(this);
            }
        }

        if (end != TrainingEnd.Cancelled && !Validate(progress, cancellation))
        {
            end = TrainingEnd.Cancelled;
        }

        checkpoints?.Save(this);
        return end.Value;
    }

    /// <inheritdoc/>
    public void Dispose() => _tape.Dispose();

    /// <summary>Takes the memory of a step before the first one; later calls do nothing.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    internal void Reserve()
    {
        if (!_isReserved)
        {
            _gradient.Reserve();
            _isReserved = true;
        }
    }

    private TrainingEnd? FindEnd(CancellationToken cancellation)
        => _step >= _options.Steps ? TrainingEnd.Steps
        : _plan.Epoch >= _options.Epochs ? TrainingEnd.Epochs
        : Best.Since >= _options.Validation.Patience ? TrainingEnd.EarlyStopping
        : cancellation.IsCancellationRequested ? TrainingEnd.Cancelled
        : null;

    /// <summary>Makes one optimiser step.</summary>
    /// <returns>Whether there was anything to learn from.</returns>
    private bool TakeStep(IProgress<TrainingProgress>? progress)
    {
        Reserve();
        long start = Stopwatch.GetTimestamp();
        int count = Math.Min(_options.BatchesPerStep, _plan.Count - _batch);
        LossSum loss = _gradient.Compute(_step + 1, _batch, count);
        if (loss.Weight == 0)
        {
            Skip(count);
            return false;
        }

        double scale = 1 / loss.Weight;
        double norm = _norm.Compute() * scale;
        if (!double.IsFinite(loss.Sum) || !double.IsFinite(norm))
        {
            throw _gradient.Diagnose(_step + 1, _batch, count);
        }

        double rate = Schedule.RateAt(_step + 1);
        double clip = _options.ClipNorm is { } most ? GradientNorm.ClipScale(norm, most) : 1;
        Optimizer.Step(rate, scale * clip);
        _step++;
        _skippedInARow = 0;
        progress?.Report(Progress(start) with { Batch = _batch + count, Loss = loss, LearningRate = rate, GradientNorm = norm });
        Advance(count);
        return true;
    }

    private void Skip(int count)
    {
        // Weights of 0 leave gradients of 0: there is nothing to undo.
        _skippedSteps++;
        _skippedInARow++;
        if (_skippedInARow >= _plan.Count)
        {
            throw new InvalidDataException("No batch of the corpus has a target to learn from: every token is padding.");
        }

        Advance(count);
    }

    private void Advance(int count)
    {
        _batch += count;
        if (_batch == _plan.Count)
        {
            _plan.BeginEpoch(_plan.Epoch + 1);
            _batch = 0;
        }
    }

    /// <returns>Whether nothing stopped it.</returns>
    private bool ValidateIfDue(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        => _step % _options.Validation.EverySteps != 0 || Validate(progress, cancellation);

    /// <summary>Judges the parameters as they are, unless they have been judged.</summary>
    /// <returns>Whether nothing stopped it; where something did, all is as before.</returns>
    private bool Validate(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (_validator is null || _validatedStep == _step)
        {
            return true;
        }

        long start = Stopwatch.GetTimestamp();
        ValidationResult result;
        try
        {
            result = _validator.Run(_tape, cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _validatedStep = _step;
        bool isBest = Best.Observe(result.Value(_options.Validation.Metric), _step);
        (Schedule as PlateauSchedule)?.Observe(result.Loss);
        progress?.Report(Progress(start) with { Validation = result, IsBest = isBest });
        return true;
    }

    private TrainingProgress Progress(long start) => new()
    {
        Step = _step,
        Epoch = _plan.Epoch,
        Batch = _batch,
        BatchCount = _plan.Count,
        SkippedSteps = _skippedSteps,
        Duration = Stopwatch.GetElapsedTime(start),
    };
}
