using System.Collections.Generic;
using SeqLoss.Training.Schedules;

namespace SeqLoss.Training;

/// <content>What a checkpoint saves and restores.</content>
public sealed partial class Trainer
{
    /// <summary>Where training stands.</summary>
    public TrainingState State => new()
    {
        Step = _step,
        Epoch = _plan.Epoch,
        Batch = _batch,
        BatchCount = _plan.Count,
        Pairs = _plan.Corpus.Count,
        SkippedSteps = _skippedSteps,
        ValidatedStep = _validatedStep,
        BestValue = Best.Value,
        BestMetric = Best.Value is null ? null : _options.Validation.Metric,
        BestStep = Best.Step,
        ValidationsSinceBest = Best.Since,
        Plateau = (Schedule as PlateauSchedule)?.State,
    };

    /// <summary>Puts the parameters of the best validation into the model; without a validation they stay as they are.</summary>
    /// <remarks>For the end: training that goes on afterwards goes on from them.</remarks>
    public void UseBest()
    {
        if (Best.Value is not null)
        {
            Best.CopyToModel();
        }
    }

    /// <summary>Goes on from a state; parameters, optimiser and <see cref="Best"/> have been filled in.</summary>
    /// <param name="state">The state.</param>
    /// <param name="notes">Takes a sentence for what of the state does not fit this training, and is left out.</param>
    internal void Restore(TrainingState state, List<string> notes)
    {
        _step = Optimizer.StepCount = state.Step;
        _plan.BeginEpoch(state.Epoch);
        bool fits = (state.BatchCount, state.Pairs) == (_plan.Count, _plan.Corpus.Count);
        _batch = fits ? state.Batch : 0;
        _skippedSteps = state.SkippedSteps;
        _validatedStep = state.ValidatedStep;
        bool isBestKept = state.BestValue is null || (_validator is not null && state.BestMetric == _options.Validation.Metric);
        TrainingState best = isBestKept ? state : new TrainingState();
        Best.Restore(best.BestValue, best.BestStep, best.ValidationsSinceBest);
        if (!isBestKept)
        {
            // Values of two metrics cannot be compared, and without validations nothing would ever be better.
            notes.Add($"the best model so far, of step {state.BestStep}, is forgotten: "
                + (_validator is null ? "nothing is validated any more" : "it was judged by another metric"));

            // Where the training had ended with a validation, its parameters are judged by the new metric before they are kept.
            _validatedStep = -1;
        }

        if (Schedule is PlateauSchedule plateau && state.Plateau is not null)
        {
            plateau.State = state.Plateau;
        }

        if (!fits)
        {
            notes.Add(
                $"the corpus had {state.Pairs} pairs in {state.BatchCount} batches and has {_plan.Corpus.Count} in {_plan.Count} now: "
                + $"epoch {state.Epoch + 1} begins again");
        }
    }
}
