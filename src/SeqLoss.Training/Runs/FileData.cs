using System.Collections.Generic;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>Two files whose lines are pairs.</summary>
internal sealed record FileData : TextData
{
    /// <summary>The file of what the encoder reads.</summary>
    public required string Source { get; init; }

    /// <summary>The file of what the decoder is taught.</summary>
    public required string Target { get; init; }

    /// <summary>The sources to validate with; <see langword="null"/>: pairs are held out.</summary>
    public string? ValidationSource { get; init; }

    /// <summary>The targets to validate with; <see langword="null"/>: pairs are held out.</summary>
    public string? ValidationTarget { get; init; }

    private protected override string TrainingName => $"{Source} and {Target}";

    private protected override string? ValidationName
        => ValidationSource is null ? null : $"{ValidationSource} and {ValidationTarget}";

    internal override string? FindMistake() => (ValidationSource is null) != (ValidationTarget is null)
        ? $"there is a file of validation {(ValidationSource is null ? "targets but none of sources" : "sources but none of targets")}, "
            + "give both or neither"
        : base.FindMistake();

    private protected override IEnumerable<TextPair> ReadTraining() => ParallelText.ReadFiles(Source, Target);

    private protected override IEnumerable<TextPair> ReadValidation() => ParallelText.ReadFiles(ValidationSource!, ValidationTarget!);
}
