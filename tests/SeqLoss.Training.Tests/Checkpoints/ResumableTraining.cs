using System;
using System.Collections.Generic;
using System.Threading;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Data;
using SeqLoss.Training.Schedules;
using Xunit;

namespace SeqLoss.Training.Tests.Checkpoints;

/// <summary>A training that has everything a checkpoint has to keep, to be stopped and gone on with.</summary>
internal static class ResumableTraining
{
    // 20 batches of 5 pairs, three to the step: the seventh step of an epoch has two.
    public const int StepsPerEpoch = 7;
    public const int ValidationPairs = 30;
    public const int StepsPerValidation = 6;

    public static TrainingOptions Options { get; } = new()
    {
        Epochs = null,
        Steps = 100,
        BatchesPerStep = 3,
        Schedule = new() { Kind = ScheduleKind.Plateau, LearningRate = 0.1, WarmUpSteps = 10, Patience = 0 },
        Sampling = new() { Rate = 0.3, RampSteps = 60 },
        Validation = new() { EverySteps = StepsPerValidation, Patience = null, MinimumDelta = 0.1 },
        CheckpointEverySteps = 1000,
    };

    public static BatchPlan Training => ReverseTask.Plan(100, 5);

    /// <summary>Three batches.</summary>
    public static BatchPlan Validation => PlanOf(ReverseTask.Corpus(ValidationPairs, seed: 2));

    public static Trainer Create() => Create(Options);

    public static Trainer Create(TrainingOptions options) => new(Model(), Training, Validation, options);

    public static TransformerEncoderDecoder Model() => ReverseTask.Model(dropout: 0.2f);

    /// <summary>A training whose validation pairs tell when they are read.</summary>
    /// <param name="onRead">Takes how many have been read, by all validations together, this one included.</param>
    public static Trainer CreateWatched(Action<int> onRead)
    {
        PairCorpus corpus = WatchedStore.Watch(ReverseTask.Corpus(ValidationPairs, seed: 2), onRead);
        return new Trainer(Model(), Training, PlanOf(corpus), Options);
    }

    /// <summary>Trains until a step is done, its validation included, as if somebody interrupted it there.</summary>
    public static void RunTo(Trainer trainer, int step, CheckpointDirectory directory, List<TrainingProgress>? reports = null)
    {
        using CancellationTokenSource source = new();
        bool isValidated = step % StepsPerValidation == 0 || step == trainer.Options.Steps;
        trainer.Train(
            new ReverseTask.Listener(report =>
            {
                reports?.Add(report);
                if (report.Step == step && (report.Validation is not null || !isValidated))
                {
                    source.Cancel();
                }
            }),
            directory,
            source.Token);
        Assert.Equal(step, trainer.State.Step);
    }

    private static BatchPlan PlanOf(PairCorpus corpus) => new(corpus, BatchUnit.Sequences, size: 10, seed: 3);
}
