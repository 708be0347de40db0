using System;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training;

/// <summary>How a model is trained. Immutable; the defaults converge on tasks of the size of the built-in example.</summary>
public sealed record TrainingOptions
{
    private const double DefaultLabelSmoothing = 0.1;

    /// <summary>What dropout and scheduled sampling are drawn from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Training ends after so many passes over the corpus, at least 1; <see langword="null"/>: no limit.</summary>
    public int? Epochs { get; init; } = 20;

    /// <summary>Training ends after so many optimiser steps, at least 1; <see langword="null"/>: no limit.</summary>
    public long? Steps { get; init; }

    /// <summary>The batches whose gradients are added for a step, at least 1; the last step of an epoch may have fewer.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>ε of the smoothed targets in training, in [0, 1]; tokens alone, 0.1 unless given. Validation is not smoothed.</summary>
    public double? LabelSmoothing { get; init; }

    /// <summary>The error of a step, features alone; <see cref="StepError.Squared"/> unless given.</summary>
    public StepError? Error { get; init; }

    /// <summary>δ of <see cref="StepError.Huber"/>, above 0; 1 unless given.</summary>
    public double? HuberDelta { get; init; }

    /// <summary>The optimiser.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>The learning rate.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <summary>The most that the norm of the mean loss's gradient may be, above 0; <see langword="null"/>: any.</summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>The precision of the operands of products in training.</summary>
    /// <remarks>
    /// Parameters, gradients, optimiser and validation are float32 in either case. BF16 is faster only where <c>SEQLOSS_MATMUL</c> is
    /// <c>onednn</c> or <c>auto</c> and the processor multiplies BF16; elsewhere it computes the same, somewhat slower than float32.
    /// </remarks>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Float32;

    /// <summary>Scheduled sampling; <see langword="null"/>: the decoder reads true steps alone.</summary>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Validation and early stopping.</summary>
    public ValidationOptions Validation { get; init; } = new();

    /// <summary>The optimiser steps between two checkpoints, at least 1; the last step is saved in any case.</summary>
    public long CheckpointEverySteps { get; init; } = 500;

    internal SequenceLossOptions Loss(bool targetIsTokens) => new()
    {
        LabelSmoothing = targetIsTokens ? LabelSmoothing ?? DefaultLabelSmoothing : 0,
        Error = Error ?? StepError.Squared,
        HuberDelta = HuberDelta ?? new SequenceLossOptions().HuberDelta,
    };

    /// <exception cref="ArgumentException">Options are out of range or do not fit together; one sentence.</exception>
    internal void Check(bool targetIsTokens)
    {
        Require(Epochs is not null || Steps is not null, "Training has no end; give a number of epochs or of steps.");
        Require(Epochs is not < 1, $"There are {Epochs} epochs, there have to be at least 1.");
        Require(Steps is not < 1, $"There are {Steps} steps, there have to be at least 1.");
        Require(BatchesPerStep >= 1, $"There are {BatchesPerStep} batches to a step, there have to be at least 1.");
        Require(LabelSmoothing is null or (>= 0 and <= 1), $"Label smoothing is {LabelSmoothing}, it has to be in [0, 1].");
        Require(LabelSmoothing is null || targetIsTokens, "Targets of features have no labels to smooth; leave label smoothing out.");
        Require(Error is null || !targetIsTokens, "Targets of tokens are trained with cross-entropy; leave the error out.");
        Require(HuberDelta is null || Error == StepError.Huber, "Only the error Huber has a Huber delta; leave it out.");
        Require(HuberDelta is null or > 0, $"The Huber delta is {HuberDelta}, it has to be above 0.");
        Require(ClipNorm is null or > 0, $"Gradients are clipped to a norm of {ClipNorm}, it has to be above 0.");
        Require(Enum.IsDefined(Precision), $"The precision is {Precision}, it has to be Float32 or Bfloat16.");
        Require(CheckpointEverySteps >= 1, $"A checkpoint is every {CheckpointEverySteps} steps, it has to be at least 1.");
        Optimizer.Check();
        Sampling?.Check();
        Validation.Check(targetIsTokens);
    }

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ArgumentException(sentence);
        }
    }
}
