using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;

namespace SeqLoss.Training.Runs;

/// <summary>The built-in example, generated.</summary>
internal sealed record DateData : DataOptions
{
    internal const string Kind = "dates";

    /// <summary>The pairs to train on, 1 to <see cref="DateExample.MaxTrainCount"/>.</summary>
    public int TrainPairs { get; init; } = 100_000;

    /// <summary>Fixes every text, and what is held out.</summary>
    public ulong Seed { get; init; } = 1;

    internal override RunText Load()
    {
        DateExample dates = DateExample.Create(Seed, TrainPairs);
        return new RunText
        {
            Name = "dates",
            Training = dates.Training,
            ValidationName = "dates (validation)",
            Validation = dates.Validation,
            Tests =
            [
                new TestText("days never trained on", dates.TestDays),
                new TestText("texts never trained on", dates.TestTexts),
                new TestText("formats never trained on", dates.UnseenFormats),
            ],
            Limit = new LengthLimit(),
        };
    }

    internal override string? FindMistake() => TrainPairs is >= 1 and <= DateExample.MaxTrainCount
        ? null
        : $"data.trainPairs is {TrainPairs}, it has to be in 1..{DateExample.MaxTrainCount}";
}
