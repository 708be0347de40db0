using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Data;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Runs;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training.Examples;

/// <summary>How the built-in example is trained: about a minute on two cores.</summary>
internal static class DatePreset
{
    internal static RunConfiguration Run { get; } = new()
    {
        Data = new DateData { TrainPairs = 100_000 },
        Batches = new BatchOptions { Unit = BatchUnit.Tokens, Size = 2048 },
        Model = new TransformerOptions
        {
            EncoderLayers = 2,
            DecoderLayers = 2,
            ModelDimension = 128,
            FeedForwardDimension = 256,
            Heads = 4,
            Dropout = 0,
        },
        Training = new TrainingOptions
        {
            Steps = 1000,
            Epochs = null,
            LabelSmoothing = 0.1,
            Optimizer = new OptimizerOptions { Kind = OptimizerKind.Adam, Beta2 = 0.98 },
            Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 3e-3, WarmUpSteps = 100 },
            Validation = new ValidationOptions { EverySteps = 200 },
        },
    };
}
