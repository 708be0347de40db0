using System;
using System.Text;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Training.Checkpoints;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Files_KeepEveryOption()
    {
        TrainingOptions options = new()
        {
            Seed = ulong.MaxValue,
            Epochs = null,
            Steps = 1L << 40,
            LabelSmoothing = 0,
            Error = StepError.Huber,
            Optimizer = new() { Kind = OptimizerKind.AdamW, WeightDecay = 0.05 },
            Schedule = new() { Kind = ScheduleKind.InverseSquareRoot, LearningRate = 0.1 + 0.2 },
            Sampling = new() { Rate = 0.1 },
            ClipNorm = null,
            Precision = TrainingPrecision.Bfloat16,
        };
        Assert.Equal(options, Parse(CheckpointDirectory.Text.Format(options)));
        Assert.Equal(new TrainingOptions(), Parse(CheckpointDirectory.Text.Format(new TrainingOptions())));
        Assert.Equal(new TrainingOptions(), Parse("{}"));
    }

    [Fact]
    public void Files_NameOptionsAsTheyAreWritten()
    {
        TrainingOptions options = Parse(
            """
            {
              "steps": 10, "epochs": null, "precision": "bfloat16",
              "optimizer": { "kind": "adam-w" },
              "schedule": { "kind": "cosine", "learningRate": 0.5 },
              "validation": { "metric": "sequence-accuracy" },
            }
            """);
        Assert.Equal(ScheduleKind.Cosine, options.Schedule.Kind);
        Assert.Equal(TrainingPrecision.Bfloat16, options.Precision);
        Assert.Equal(400, options.Schedule.WarmUpSteps);
        options.Check(targetIsTokens: true);
        ModelFileException problem = Assert.Throws<ModelFileException>(() => Parse("""{ "optimiser": {} }"""));
        Assert.Contains("optimizer", problem.Message, StringComparison.Ordinal);
    }

    private static TrainingOptions Parse(string text)
        => CheckpointDirectory.Text.Parse<TrainingOptions>("config.json", Encoding.UTF8.GetBytes(text));
}
