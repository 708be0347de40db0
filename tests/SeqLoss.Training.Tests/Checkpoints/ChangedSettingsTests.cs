using System;
using System.Collections.Generic;
using System.IO;
using SeqLoss.Models.Files;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests.Checkpoints;

/// <summary>A training that goes on with other settings than it began with.</summary>
public sealed class ChangedSettingsTests : IDisposable
{
    private static readonly TrainingOptions Options = ResumableTraining.Options;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqloss-checkpoints");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ChangedSettings_AreNoted()
    {
        StopAfter(5);
        TrainingOptions options = Options with { Schedule = Options.Schedule with { LearningRate = 0.01 }, ClipNorm = null };
        using Trainer second = new(ResumableTraining.Model(), ReverseTask.Plan(100, 10), ResumableTraining.Validation, options);
        Assert.Equal(
            [
                "clipNorm was 1 and is null now, which is used",
                "schedule.learningRate was 0.1 and is 0.01 now, which is used",
                "the corpus had 100 pairs in 20 batches and has 100 in 10 now: epoch 1 begins again",
            ],
            Resume(second).Notes);
        Assert.Equal((5L, 0, 10), (second.State.Step, second.State.Batch, second.State.BatchCount));
    }

    [Fact]
    public void ALoweredPlateau_KeepsItsShareOfAnotherRate()
    {
        StopAfter(99);
        using Trainer second = ResumableTraining.Create(Options with { Schedule = Options.Schedule with { LearningRate = 0.01 } });
        double share = Resume(second).State.Plateau!.Share;
        Assert.InRange(share, 1e-6, 0.5);
        List<TrainingProgress> reports = [];
        second.Train(new ReverseTask.Listener(reports.Add));
        Assert.Equal(share * 0.01, reports[0].LearningRate, 1e-12);
    }

    [Fact]
    public void TheBestOfAnotherMetric_IsForgotten()
    {
        StopAfter(20);
        ValidationOptions byTokens = Options.Validation with { Metric = ValidationMetric.TokenAccuracy, MinimumDelta = 0 };
        using Trainer second = ResumableTraining.Create(Options with { Validation = byTokens, Steps = 24 });
        Resumption resumption = Resume(second);
        Assert.EndsWith(", is forgotten: it was judged by another metric", resumption.Notes[^1], StringComparison.Ordinal);
        Assert.Equal((null, null, 0L), (resumption.State.BestValue, resumption.State.BestMetric, resumption.State.BestStep));

        // In nats the best was far above 1, which no share of tokens ever is.
        List<TrainingProgress> reports = [];
        second.Train(new ReverseTask.Listener(reports.Add));
        Assert.True(Assert.Single(reports, report => report.Validation is not null).IsBest);
        Assert.InRange(second.State.BestValue!.Value, 0, 1);
        Assert.Equal(ValidationMetric.TokenAccuracy, second.State.BestMetric);
    }

    /// <summary>What is kept at the end was judged by the metric that is asked for, also where no step was left.</summary>
    [Fact]
    public void AFinishedTraining_IsJudgedByAnotherMetricWhenItIsResumed()
    {
        const int Last = 3 * ResumableTraining.StepsPerValidation;
        StopAfter(Last);
        ValidationOptions byTokens = Options.Validation with { Metric = ValidationMetric.TokenAccuracy, MinimumDelta = 0 };
        using Trainer second = ResumableTraining.Create(Options with { Validation = byTokens, Steps = Last });
        Resume(second);
        Assert.Equal(TrainingEnd.Steps, second.Train());
        Assert.Equal((Last, ValidationMetric.TokenAccuracy), (second.State.BestStep, second.State.BestMetric!.Value));
    }

    [Fact]
    public void WithoutValidation_TheLastModelIsUsed()
    {
        StopAfter(20);
        using Trainer second = new(
            ResumableTraining.Model(), ResumableTraining.Training, options: Options with { Validation = new() { Patience = 1 } });
        Assert.EndsWith(", is forgotten: nothing is validated any more", Resume(second).Notes[^1], StringComparison.Ordinal);
        Assert.Equal(TrainingEnd.Steps, second.Train());
        float[] last = ReverseTask.Numbers(second.Model);
        second.UseBest();
        Assert.Equal(last, ReverseTask.Numbers(second.Model));
    }

    [Fact]
    public void ACheckpointBeforeTheFirstValidation_TakesTheBestAway()
    {
        StopAfter(5);
        using Trainer second = ResumableTraining.Create();
        ResumableTraining.RunTo(second, 8, new CheckpointDirectory(Path.Combine(_folder.FullName, "other")));
        Assert.NotNull(second.State.BestValue);
        Assert.Null(Resume(second).State.BestValue);
    }

    [Fact]
    public void AnotherModel_IsRefused()
    {
        StopAfter(2);
        using Trainer second = new(ReverseTask.Model(width: 32), ResumableTraining.Training, ResumableTraining.Validation, Options);
        Assert.Contains("has the shape", Refusal(second), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatACheckpointHoldsMore_IsNoDamage()
    {
        StopAfter(2);
        using Trainer second = ResumableTraining.Create(Options with { Optimizer = new() { Kind = OptimizerKind.Sgd, Momentum = 0 } });
        string refusal = Refusal(second);
        Assert.Contains("the tensor 'optimizer.", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", refusal, StringComparison.Ordinal);
    }

    private void StopAfter(int step)
    {
        using Trainer trainer = ResumableTraining.Create();
        ResumableTraining.RunTo(trainer, step, new CheckpointDirectory(_folder.FullName));
    }

    private Resumption Resume(Trainer trainer) => new CheckpointDirectory(_folder.FullName).Load(trainer)!;

    private string Refusal(Trainer trainer) => Assert.Throws<ModelFileException>(() => Resume(trainer)).Message;
}
