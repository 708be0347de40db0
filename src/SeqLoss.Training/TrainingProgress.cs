using System;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training;

/// <summary>What an optimiser step did, or what a validation found.</summary>
public readonly record struct TrainingProgress
{
    /// <summary>The optimiser steps made.</summary>
    public long Step { get; init; }

    /// <summary>The epoch, counted from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The batches of the epoch that are done.</summary>
    public int Batch { get; init; }

    /// <summary>The batches of the epoch.</summary>
    public int BatchCount { get; init; }

    /// <summary>The loss of the step's batches, smoothed as it is trained, before the step changed the parameters.</summary>
    public LossSum Loss { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; init; }

    /// <summary>The norm of the mean loss's gradient, before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>The steps so far in whose batches nothing counts: they changed nothing and are no part of <see cref="Step"/>.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>How long the step or the validation took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the validation found; <see langword="null"/> for a step.</summary>
    public ValidationResult? Validation { get; init; }

    /// <summary>Whether the validation is the best so far: the parameters are worth saving.</summary>
    public bool IsBest { get; init; }
}
