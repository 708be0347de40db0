using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training.Runs;

/// <summary>Everything that decides what a run learns. Immutable; the file of it is described in docs/training.md.</summary>
internal sealed record RunConfiguration
{
    private static readonly object[] _defaults =
    [
        new DateData(),
        new FileData { Source = "", Target = "" },
        new TableData { Path = "" },
        new LengthLimit(),
        new BatchOptions(),
        new TransformerOptions(),
        new RecurrentOptions(),
        new StepForm(),
        new TrainingOptions(),
        new OptimizerOptions(),
        new ScheduleOptions(),
        new SamplingOptions(),
        new ValidationOptions(),
    ];

    private static readonly ConfigurationFormat _format = new(RunConfigurationJson.Default, [new RunConfiguration(), .. _defaults]);
    private static readonly ConfigurationFormat _dateFormat = new(RunConfigurationJson.Default, [DatePreset.Run, .. _defaults]);

    public DataOptions Data { get; init; } = new DateData();

    public BatchOptions Batches { get; init; } = new();

    public EncoderDecoderOptions Model { get; init; } = new TransformerOptions();

    public TrainingOptions Training { get; init; } = new();

    /// <summary>Reads a file; what it leaves out has its default, which for the built-in example is its preset.</summary>
    /// <exception cref="ModelFileException">The file cannot be read or holds a mistake; the sentence names the line.</exception>
    internal static RunConfiguration Read(string path)
        => (IsOfDates(path) ? _dateFormat : _format).Read<RunConfiguration>(path);

    /// <summary>Whether a file asks for the built-in example; where it cannot be read, whoever reads it next says why.</summary>
    private static bool IsOfDates(string path)
    {
        try
        {
            JsonDocumentOptions asWritten = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            JsonNode? root = JsonNode.Parse(File.ReadAllText(path), documentOptions: asWritten);
            return root?["data"]?["kind"] is not { } kind || kind.ToString() == DateData.Kind;
        }
        catch (Exception refusal) when (refusal is JsonException or InvalidOperationException || FileFailure.IsRefusal(refusal))
        {
            return false;
        }
    }

    internal void Write(string path) => _format.Write(path, this);

    /// <summary>All settings as JSON, to compare them.</summary>
    internal JsonObject ToJson() => JsonNode.Parse(_format.Format(this))!.AsObject();

    /// <summary>The same, with files named by their full paths, so that it can be read from another folder.</summary>
    internal RunConfiguration WithFullPaths() => this with
    {
        Data = Data switch
        {
            FileData files => files with
            {
                Source = Path.GetFullPath(files.Source),
                Target = Path.GetFullPath(files.Target),
                ValidationSource = FullPath(files.ValidationSource),
                ValidationTarget = FullPath(files.ValidationTarget),
            },
            TableData table => table with { Path = Path.GetFullPath(table.Path), Validation = FullPath(table.Validation) },
            _ => Data,
        },
    };

    /// <summary>The same, with what the vocabulary and the first weights of another were made by: nothing changes these any more.</summary>
    internal RunConfiguration WithBeginningOf(RunConfiguration begun) => this with
    {
        Data = Data is TextData text ? text.WithVocabularyOf(begun.Data) : Data,
        Model = Model with { Seed = begun.Model.Seed },
    };

    /// <summary>What is wrong, as far as shows without the data; a sentence without its full stop, or <see langword="null"/>.</summary>
    internal string? FindMistake()
        => Data.FindMistake() is { } mistake ? mistake
        : Batches.Size < 1 ? $"batches.size is {Batches.Size}, it has to be at least 1"
        : Model.Source != new StepForm() || Model.Target != new StepForm()
            ? "model.source and model.target follow from the data, leave them out"
        : null;

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);
}

/// <summary>Reading and writing without reflection, so that trimmed and native programs can.</summary>
[JsonSerializable(typeof(RunConfiguration))]
internal sealed partial class RunConfigurationJson : JsonSerializerContext;
