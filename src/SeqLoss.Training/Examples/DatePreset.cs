using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
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
        Model = new RecurrentOptions
        {
            Cell = CellKind.Lstm,
            EmbeddingSize = 64,
            HiddenSize = 128,
            Attention = AttentionKind.General,
            Tying = EmbeddingTying.None,
            Dropout = 0,
        },
        Training = new TrainingOptions
        {
            Steps = 1000,
            Epochs = null,
            LabelSmoothing = 0.1,
            Optimizer = new OptimizerOptions { Kind = OptimizerKind.Adam, Beta2 = 0.98 },
            Schedule = new ScheduleOptions { Kind = ScheduleKind.Cosine, LearningRate = 5e-3, WarmUpSteps = 100 },
            Validation = new ValidationOptions { EverySteps = 100 },
        },
    };
}
