using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Files;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqloss-checkpoints");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(50)] // in the middle of an epoch
    [InlineData(1)]
    [InlineData(6)] // at a validation
    [InlineData(ResumableTraining.StepsPerEpoch)] // at the end of an epoch
    [InlineData(ResumableTraining.StepsPerEpoch + 1)]
    [InlineData(42)] // at both
    [InlineData(99)]
    [InlineData(13, 14, 15, 84)]
    public void AResumedTraining_HasTheBitsOfAnUninterruptedOne(params int[] stops)
    {
        Course straight = Course.Straight();
        List<TrainingProgress> reports = [];
        Trainer? trainer = null;
        foreach (int stop in stops.Append(100))
        {
            trainer?.Dispose();
            trainer = ResumableTraining.Create();
            CheckpointDirectory directory = new(_folder.FullName);
            Resumption? resumption = directory.Load(trainer);
            Assert.Equal(reports.Count == 0, resumption is null);
            Assert.Equal(
                resumption?.State ?? new TrainingState() { BatchCount = 20, Pairs = 100, Plateau = new(1, null, 0) }, trainer.State);
            Assert.Empty(resumption?.Notes ?? []);
            ResumableTraining.RunTo(trainer, stop, directory, reports);
        }

        using (trainer)
        {
            straight.AssertIs(trainer!, reports);
            Assert.InRange(straight.State.Plateau!.Share, 0, 0.9);
            Assert.InRange(straight.State.BestStep, 1, 99);
            Assert.Equal(reports.Last(report => report.IsBest).Step, trainer!.State.BestStep);
            trainer.UseBest();
            ValidationResult best = reports.Last(report => report.IsBest).Validation!;
            using Tape tape = new();
            Assert.Equal(best, new Validator(trainer.Model, ResumableTraining.Validation).Run(tape));
        }
    }

    [Theory]
    [InlineData(6, 0)] // before its first batch
    [InlineData(6, 1)]
    [InlineData(42, 10)] // between two batches, at the end of an epoch
    [InlineData(42, 15)]
    [InlineData(100, 20)] // the last validation
    public void ATrainingStoppedWithinAValidation_MakesUpForIt(int step, int pairs)
    {
        Course straight = Course.Straight();
        List<TrainingProgress> reports = [];
        using CancellationTokenSource source = new();
        int readBefore = (step - 1) / ResumableTraining.StepsPerValidation * ResumableTraining.ValidationPairs;
        int read = 0;
        using Trainer stopped = ResumableTraining.CreateWatched(count =>
        {
            read = count;
            StopAt(source, count == readBefore + pairs);
        });
        ReverseTask.Listener listener = new(report =>
        {
            reports.Add(report);
            StopAt(source, pairs == 0 && report.Step == step);
        });
        Assert.Equal(TrainingEnd.Cancelled, stopped.Train(listener, new CheckpointDirectory(_folder.FullName), source.Token));
        Assert.Equal(readBefore + ((pairs + 9) / 10 * 10), read); // the batch in hand, and no other
        Assert.Equal((step, null), (reports[^1].Step, reports[^1].Validation));

        // The checkpoint, and the object itself, stand before the validation.
        using Trainer resumed = ResumableTraining.Create();
        Resumption resumption = new CheckpointDirectory(_folder.FullName).Load(resumed)!;
        Assert.Equal((long)step, resumption.State.Step);
        Assert.InRange(resumption.State.ValidatedStep, 0, step - 1);
        List<TrainingProgress> continued = [.. reports], rest = [.. reports];
        Assert.Equal(TrainingEnd.Steps, stopped.Train(new ReverseTask.Listener(continued.Add)));
        Assert.Equal(TrainingEnd.Steps, resumed.Train(new ReverseTask.Listener(rest.Add)));
        Assert.NotNull(rest[reports.Count].Validation);
        straight.AssertIs(stopped, continued);
        straight.AssertIs(resumed, rest);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("changed")]
    [InlineData("emptied")]
    [InlineData("header")]
    [InlineData("state")]
    [InlineData("settings")]
    public void ADamagedCheckpoint_FallsBackToTheOneBefore(string damage)
    {
        using Trainer first = ResumableTraining.Create();
        CheckpointDirectory directory = new(_folder.FullName);
        ResumableTraining.RunTo(first, 5, directory);
        float[] numbers = ReverseTask.Numbers(first.Model);
        ResumableTraining.RunTo(first, 9, directory);
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
            case "state":
                Change(bytes, "batch\\u0022: 6", '3'); // it reads as well as before
                break;
            case "settings":
                Change(bytes, "learningRate\\u0022: 0.1", '2');
                break;
            default:
                bytes = [];
                break;
        }

        File.WriteAllBytes(newest, bytes);
        using Trainer second = ResumableTraining.Create();
        Resumption resumption = new CheckpointDirectory(_folder.FullName).Load(second)!;
        Assert.Equal(5, resumption.State.Step);
        Assert.Equal(numbers, ReverseTask.Numbers(second.Model));
        string note = Assert.Single(resumption.Notes);
        Assert.StartsWith(newest, note, StringComparison.Ordinal);
        Assert.EndsWith("(passed over, the checkpoint before it is used)", note, StringComparison.Ordinal);

        // Both damaged: an error, and the training is as it was.
        File.WriteAllText(Files()[0], "nothing");
        using Trainer third = ResumableTraining.Create();
        float[] untouched = ReverseTask.Numbers(third.Model);
        ModelFileException problem = Assert.Throws<ModelFileException>(() => new CheckpointDirectory(_folder.FullName).Load(third));
        Assert.Contains(newest, problem.Message, StringComparison.Ordinal);
        Assert.Equal(untouched, ReverseTask.Numbers(third.Model));
        Assert.Equal(0, third.State.Step);
    }

    [Fact]
    public void AKilledSave_LeavesTheOneBefore()
    {
        using Trainer first = ResumableTraining.Create();
        CheckpointDirectory directory = new(_folder.FullName);
        ResumableTraining.RunTo(first, 5, directory);

        // What a kill in the middle of a save leaves: a part under a temporary name.
        CheckpointContent content = new(first, withBest: false);
        SafeTensorsWriter writer = new(Path.Combine(_folder.FullName, "step-00000009.safetensors"), content.Tensors);
        writer.Write("parameters.output.bias", new float[ReverseTask.VocabularySize]);
        Assert.Single(_folder.GetFiles("*.tmp"));

        using Trainer second = ResumableTraining.Create();
        CheckpointDirectory again = new(_folder.FullName);
        Resumption resumption = again.Load(second)!;
        Assert.Equal(5, resumption.State.Step);
        Assert.Empty(resumption.Notes);
        ResumableTraining.RunTo(second, 8, again);
        Assert.Empty(_folder.GetFiles("*.tmp"));
        Assert.Equal(["step-00000005.safetensors", "step-00000008.safetensors"], Files().Select(Path.GetFileName));
        writer.Dispose();
    }

    [Fact]
    public void TwoCheckpoints_AreKept()
    {
        TrainingOptions options = ResumableTraining.Options with { CheckpointEverySteps = 2, Steps = 9 };
        using Trainer trainer = new(ReverseTask.Model(), ReverseTask.Plan(100, 5), options: options);
        trainer.Train(checkpoints: new CheckpointDirectory(_folder.FullName));
        Assert.Equal(["step-00000008.safetensors", "step-00000009.safetensors"], Files().Select(Path.GetFileName));
    }

    /// <summary>Puts another character in the place of the last of a text.</summary>
    private static void Change(byte[] bytes, string text, char last)
    {
        int place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.NotEqual(-1, place);
        bytes[place + text.Length - 1] = (byte)last;
    }

    private static void StopAt(CancellationTokenSource source, bool isThere)
    {
        if (isThere)
        {
            source.Cancel();
        }
    }

    private string[] Files() => [.. Directory.GetFiles(_folder.FullName, "*.safetensors").Order()];

    /// <summary>What a training came to, and how.</summary>
    private sealed record Course(float[] Numbers, float[] Moments, TrainingState State, TrainingProgress[] Reports)
    {
        public static Course Straight()
        {
            using Trainer trainer = ResumableTraining.Create();
            List<TrainingProgress> reports = [];
            Assert.Equal(TrainingEnd.Steps, trainer.Train(new ReverseTask.Listener(reports.Add)));
            return Of(trainer, reports);
        }

        public void AssertIs(Trainer trainer, List<TrainingProgress> reports)
        {
            Course other = Of(trainer, reports);
            Assert.Equal(Reports, other.Reports);
            Assert.Equal(Numbers, other.Numbers);
            Assert.Equal(Moments, other.Moments);
            Assert.Equal(State, other.State);
        }

        private static Course Of(Trainer trainer, List<TrainingProgress> reports) => new(
            ReverseTask.Numbers(trainer.Model),
            ReverseTask.Moments(trainer),
            trainer.State,
            [.. reports.Select(report => report with { Duration = default })]);
    }
}
