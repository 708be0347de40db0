using System.Collections.Generic;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>A file whose lines are a source, a tab and a target.</summary>
internal sealed record TableData : TextData
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The file to validate with; <see langword="null"/>: pairs are held out.</summary>
    public string? Validation { get; init; }

    private protected override string TrainingName => Path;

    private protected override string? ValidationName => Validation;

    private protected override IEnumerable<TextPair> ReadTraining() => ParallelText.ReadTable(Path);

    private protected override IEnumerable<TextPair> ReadValidation() => ParallelText.ReadTable(Validation!);
}
