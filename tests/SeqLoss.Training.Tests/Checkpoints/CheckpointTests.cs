using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Data;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    // 20 batches of 5 pairs, three to the step: the seventh step of an epoch has two.
    private const int StepsPerEpoch = 7;

    private static readonly TrainingOptions Options = new()
    {
        Epochs = null,
        Steps = 100,
        BatchesPerStep = 3,
        Schedule = new() { Kind = ScheduleKind.Plateau, LearningRate = 0.1, WarmUpSteps = 10, Patience = 0 },
        Sampling = new() { Rate = 0.3, RampSteps = 60 },
        Validation = new() { EverySteps = 6, Patience = null, MinimumDelta = 0.1 },
        CheckpointEverySteps = 1000,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqloss-checkpoints");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(50)] // in the middle of an epoch
    [InlineData(1)]
    [InlineData(6)] // at a validation
    [InlineData(StepsPerEpoch)] // at the end of an epoch
    [InlineData(StepsPerEpoch + 1)]
    [InlineData(42)] // at both
    [InlineData(99)]
    [InlineData(13, 14, 15, 84)]
    public void AResumedTraining_HasTheBitsOfAnUninterruptedOne(params int[] stops)
    {
        (float[] Numbers, float[] Moments, TrainingState State, List<TrainingProgress> Reports) straight = RunStraight();
        List<TrainingProgress> reports = [];
        Trainer? trainer = null;
        foreach (int stop in stops.Append(100))
        {
            trainer?.Dispose();
            trainer = Create();
            CheckpointDirectory directory = new(_folder.FullName);
            Resumption? resumption = directory.Load(trainer);
            Assert.Equal(reports.Count == 0, resumption is null);
            Assert.Equal(resumption?.State ?? new TrainingState() { BatchCount = 20, Pairs = 100, Plateau = Initial }, trainer.State);
            Assert.Empty(resumption?.Notes ?? []);
            RunTo(trainer, stop, reports, directory);
        }

        using (trainer)
        {
            Assert.Equal(straight.Reports.Select(Comparable), reports.Select(Comparable));
            Assert.Equal(straight.Numbers, ReverseTask.Numbers(trainer!.Model));
            Assert.Equal(straight.Moments, ReverseTask.Moments(trainer));
            Assert.Equal(straight.State, trainer.State);
            Assert.InRange(straight.State.Plateau!.Rate, 0, 0.09);
            Assert.InRange(straight.State.BestStep, 1, 99);
            Assert.Equal(reports.Last(report => report.IsBest).Step, trainer.State.BestStep);
            trainer.UseBest();
            ValidationResult best = reports.Last(report => report.IsBest).Validation!;
            using Tape tape = new();
            Assert.Equal(best, new Validator(trainer.Model, Validation()).Run(tape));
        }
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("changed")]
    [InlineData("emptied")]
    [InlineData("header")]
    public void ADamagedCheckpoint_FallsBackToTheOneBefore(string damage)
    {
        using Trainer first = Create();
        CheckpointDirectory directory = new(_folder.FullName);
        RunTo(first, 5, [], directory);
        float[] numbers = ReverseTask.Numbers(first.Model);
        RunTo(first, 9, [], directory);
        string newest = Files()[^1];
        byte[] bytes = File.ReadAllBytes(newest);
        switch (damage)
        {
            case "truncated":
                bytes = bytes[..^100];
                break;
            case "changed":
                bytes[^1000] ^= 4;
                break;
            case "header":
                bytes[20] ^= 4;
                break;
            default:
                bytes = [];
                break;
        }

        File.WriteAllBytes(newest, bytes);
        using Trainer second = Create();
        Resumption resumption = new CheckpointDirectory(_folder.FullName).Load(second)!;
        Assert.Equal(5, resumption.State.Step);
        Assert.Equal(numbers, ReverseTask.Numbers(second.Model));
        string note = Assert.Single(resumption.Notes);
        Assert.StartsWith(newest, note, StringComparison.Ordinal);
        Assert.EndsWith("(passed over, the checkpoint before it is used)", note, StringComparison.Ordinal);

        // Both damaged: an error, and the training is as it was.
        File.WriteAllText(Files()[0], "nothing");
        using Trainer third = Create();
        float[] untouched = ReverseTask.Numbers(third.Model);
        ModelFileException problem = Assert.Throws<ModelFileException>(() => new CheckpointDirectory(_folder.FullName).Load(third));
        Assert.Contains(newest, problem.Message, StringComparison.Ordinal);
        Assert.Equal(untouched, ReverseTask.Numbers(third.Model));
        Assert.Equal(0, third.State.Step);
    }

    [Fact]
    public void AKilledSave_LeavesTheOneBefore()
    {
        using Trainer first = Create();
        CheckpointDirectory directory = new(_folder.FullName);
        RunTo(first, 5, [], directory);

        // What a kill in the middle of a save leaves: a part under a temporary name.
        CheckpointContent content = new(first, withBest: false);
        SafeTensorsWriter writer = new(Path.Combine(_folder.FullName, "step-00000009.safetensors"), content.Tensors);
        writer.Write("parameters.output.bias", new float[ReverseTask.VocabularySize]);
        Assert.Single(_folder.GetFiles("*.tmp"));

        using Trainer second = Create();
        CheckpointDirectory again = new(_folder.FullName);
        Resumption resumption = again.Load(second)!;
        Assert.Equal(5, resumption.State.Step);
        Assert.Empty(resumption.Notes);
        RunTo(second, 8, [], again);
        Assert.Empty(_folder.GetFiles("*.tmp"));
        Assert.Equal(["step-00000005.safetensors", "step-00000008.safetensors"], Files().Select(Path.GetFileName));
        writer.Dispose();
    }

    [Fact]
    public void TwoCheckpoints_AreKept()
    {
        TrainingOptions options = Options with { CheckpointEverySteps = 2, Steps = 9 };
        using Trainer trainer = new(ReverseTask.Model(), ReverseTask.Plan(100, 5), options: options);
        trainer.Train(checkpoints: new CheckpointDirectory(_folder.FullName));
        Assert.Equal(["step-00000008.safetensors", "step-00000009.safetensors"], Files().Select(Path.GetFileName));
    }

    [Fact]
    public void ChangedSettings_AreNoted()
    {
        using Trainer first = Create();
        RunTo(first, 5, [], new CheckpointDirectory(_folder.FullName));
        TrainingOptions options = Options with { Schedule = Options.Schedule with { LearningRate = 0.01 }, ClipNorm = null };
        using Trainer second = new(ReverseTask.Model(), ReverseTask.Plan(100, 10), Validation(), options);
        Resumption resumption = new CheckpointDirectory(_folder.FullName).Load(second)!;
        Assert.Equal(
            [
                "clipNorm was 1 and is null now, which is used",
                "schedule.learningRate was 0.1 and is 0.01 now, which is used",
                "the corpus had 100 pairs in 20 batches and has 100 in 10 now: epoch 1 begins again",
            ],
            resumption.Notes);
        Assert.Equal((5L, 0, 10), (second.State.Step, second.State.Batch, second.State.BatchCount));
    }

    [Fact]
    public void AnotherModel_IsRefused()
    {
        using Trainer first = Create();
        RunTo(first, 2, [], new CheckpointDirectory(_folder.FullName));
        using Trainer second = new(ReverseTask.Model(width: 32), ReverseTask.Plan(100, 5), Validation(), Options);
        ModelFileException problem = Assert.Throws<ModelFileException>(() => new CheckpointDirectory(_folder.FullName).Load(second));
        Assert.Contains("has the shape", problem.Message, StringComparison.Ordinal);
    }

    private static PlateauState Initial => new(0.1, null, 0);

    private static TransformerEncoderDecoder Model() => ReverseTask.Model(dropout: 0.2f);

    private static BatchPlan Validation() => ReverseTask.Plan(30, 10, seed: 2);

    private static Trainer Create() => new(Model(), ReverseTask.Plan(100, 5), Validation(), Options);

    private static (float[] Numbers, float[] Moments, TrainingState State, List<TrainingProgress> Reports) RunStraight()
    {
        using Trainer trainer = Create();
        List<TrainingProgress> reports = [];
        Assert.Equal(TrainingEnd.Steps, trainer.Train(new ReverseTask.Listener(reports.Add)));
        return (ReverseTask.Numbers(trainer.Model), ReverseTask.Moments(trainer), trainer.State, reports);
    }

    /// <summary>Trains until a step is done, as if somebody interrupted it there.</summary>
    private static void RunTo(Trainer trainer, int step, List<TrainingProgress> reports, CheckpointDirectory directory)
    {
        using CancellationTokenSource source = new();
        trainer.Train(
            new ReverseTask.Listener(report =>
            {
                reports.Add(report);
                if (report.Step == step)
                {
                    source.Cancel();
                }
            }),
            directory,
            source.Token);
        Assert.Equal(step, trainer.State.Step);
    }

    private static TrainingProgress Comparable(TrainingProgress report) => report with { Duration = default };

    private string[] Files() => [.. Directory.GetFiles(_folder.FullName, "*.safetensors").Order()];
}
