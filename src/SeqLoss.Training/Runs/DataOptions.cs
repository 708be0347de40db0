using System.Text.Json.Serialization;

namespace SeqLoss.Training.Runs;

/// <summary>Where the text of a run comes from. Immutable.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DateData), DateData.Kind)]
[JsonDerivedType(typeof(FileData), "files")]
[JsonDerivedType(typeof(TableData), "table")]
internal abstract record DataOptions
{
    /// <summary>Reads or generates all of it.</summary>
    /// <exception cref="SeqLoss.Models.Files.ModelFileException">A file cannot be read, or the sides do not fit together.</exception>
    internal abstract RunText Load();

    /// <summary>What is wrong with the options, as one sentence without its full stop, or <see langword="null"/>.</summary>
    internal abstract string? FindMistake();
}
