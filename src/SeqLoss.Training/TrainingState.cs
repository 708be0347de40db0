using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training;

/// <summary>Where training stands, besides the numbers of parameters and optimiser. Immutable.</summary>
public sealed record TrainingState
{
    /// <summary>The optimiser steps made.</summary>
    public long Step { get; init; }

    /// <summary>The epoch, counted from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The batches of the epoch that are done, fewer than it has.</summary>
    public int Batch { get; init; }

    /// <summary>The batches of the epoch.</summary>
    public int BatchCount { get; init; }

    /// <summary>The pairs of the corpus.</summary>
    public int Pairs { get; init; }

    /// <summary>The steps in whose batches nothing was to be counted.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>The step of the last validation, 0 before the first.</summary>
    public long ValidatedStep { get; init; }

    /// <summary>The metric of the best validation; <see langword="null"/> before there is one.</summary>
    public double? BestValue { get; init; }

    /// <summary>What the best validation was judged by; <see langword="null"/> before there is one.</summary>
    public ValidationMetric? BestMetric { get; init; }

    /// <summary>The step of the best validation.</summary>
    public long BestStep { get; init; }

    /// <summary>The validations since then.</summary>
    public int ValidationsSinceBest { get; init; }

    /// <summary>Where a plateau schedule stands; <see langword="null"/> for other schedules.</summary>
    public PlateauState? Plateau { get; init; }
}
