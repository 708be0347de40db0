using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeqLoss.Models.Files;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training.Checkpoints;

/// <summary>The checkpoints of one training: a folder of which nothing but checkpoints is expected.</summary>
/// <remarks>
/// <para>
/// <c>step-00000500.safetensors</c> holds parameters, optimiser, the parameters of the best validation, and as text the state, the settings
/// and a checksum (CRC-32C) of all of it: one file, which appears under its name when it is complete. The one before is kept, and is
/// gone back to where the newest is damaged.
/// </para>
/// <para>A training that is resumed computes the same bits as one that was not interrupted.</para>
/// </remarks>
/// <param name="path">The folder; the first checkpoint creates it.</param>
public sealed class CheckpointDirectory(string path)
{
    private const string Format = "seqloss-checkpoint-2";
    private const string FormatKey = "format";
    private const string StateKey = "state";
    private const string OptionsKey = "options";
    private const string ChecksumKey = "checksum";
    private const string Prefix = "step-";
    private const string Ending = ".safetensors";
    private const int Kept = 2;

    internal static readonly ConfigurationFormat Text = new(
        CheckpointJson.Default,
        new TrainingState(),
        new PlateauState(1, null, 0),
        new TrainingOptions(),
        new OptimizerOptions(),
        new ScheduleOptions(),
        new SamplingOptions(),
        new ValidationOptions());

    private TrainingState? _saved;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Writes a checkpoint, unless the last one that this object wrote holds the same state; then drops all but two.</summary>
    /// <exception cref="ModelFileException">The file cannot be written; the checkpoints that were there are untouched.</exception>
    public void Save(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        TrainingState state = trainer.State;
        if (state == _saved)
        {
            return;
        }

        string file = System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{state.Step:D8}{Ending}"));
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.SafeTensors.OnWrite(file, refusal);
        }

        CheckpointContent content = new(trainer, withBest: state.BestValue is not null);
        Dictionary<string, string> texts = new()
        {
            [FormatKey] = Format,
            [StateKey] = Text.Format(state),
            [OptionsKey] = Text.Format(trainer.Options),
        };
        texts[ChecksumKey] = content.Checksum(texts[StateKey] + texts[OptionsKey]);
        using (SafeTensorsWriter writer = new(file, content.Tensors, texts))
        {
            content.Write(writer);
            writer.Complete();
        }

        _saved = state;
        DropOld(file);
    }

    /// <summary>Puts the newest checkpoint that is whole into a training of the same model.</summary>
    /// <param name="trainer">Made as the one that was saved; where its options differ, they are used and a note says so.</param>
    /// <returns>What was resumed; <see langword="null"/> where there is no checkpoint.</returns>
    /// <exception cref="ModelFileException">There are checkpoints, none whole and of this model. The training is unchanged.</exception>
    public Resumption? Load(Trainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        List<string> notes = [];
        ModelFileException? failure = null;
        foreach (string file in Files())
        {
            try
            {
                return Load(trainer, file, notes);
            }
            catch (ModelFileException problem)
            {
                failure ??= problem;
                notes.Add($"{problem.Message} (passed over, the checkpoint before it is used)");
            }
        }

        return failure is null ? null : throw new ModelFileException(
            $"{Path}: no checkpoint can be used, the newest because of {failure.Message}", failure);
    }

    private static Resumption Load(Trainer trainer, string file, List<string> notes)
    {
        using SafeTensorsReader reader = SafeTensorsReader.Open(file);
        if (TextOf(reader, FormatKey) is var format && format != Format)
        {
            throw new ModelFileException($"{file}: the format is '{format}', not '{Format}'; resume with the version that wrote it");
        }

        TrainingState state = Text.Parse<TrainingState>($"{file} ({StateKey})", Encoding.UTF8.GetBytes(TextOf(reader, StateKey)));
        JsonNode? options = OptionsOf(reader);
        CheckpointContent content = new(trainer, withBest: state.BestValue is not null);
        if (content.ChecksumOf(reader, TextOf(reader, StateKey) + TextOf(reader, OptionsKey)) != TextOf(reader, ChecksumKey))
        {
            throw new ModelFileException($"{file}: the contents do not have the checksum they were saved with; delete the file");
        }

        notes.AddRange(SettingsComparison.Differences(options, JsonNode.Parse(Text.Format(trainer.Options))));
        content.Read(reader);
        trainer.Restore(state, notes);
        return new Resumption(file, trainer.State, notes);
    }

    private static JsonNode? OptionsOf(SafeTensorsReader reader)
    {
        try
        {
            return JsonNode.Parse(TextOf(reader, OptionsKey));
        }
        catch (JsonException damage)
        {
            throw new ModelFileException($"{reader.Path}: the text of '{OptionsKey}' is damaged; delete the file", damage);
        }
    }

    private static string TextOf(SafeTensorsReader reader, string key) => reader.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new ModelFileException($"{reader.Path}: there is no '{key}', so that this is no checkpoint; delete the file");

    /// <summary>The checkpoints, the newest first.</summary>
    private string[] Files() => !Directory.Exists(Path)
        ? []
        : [.. Directory.EnumerateFiles(Path, $"{Prefix}*{Ending}").OrderByDescending(StepOf)];

    private static long StepOf(string file)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(file)[Prefix.Length..];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;
    }

    /// <summary>Deletes checkpoints older than the kept ones, later ones of an abandoned run, and what interrupted saves left.</summary>
    private void DropOld(string newest)
    {
        long step = StepOf(newest);
        string[] files = Files();
        IEnumerable<string> old = files.Where(file => StepOf(file) <= step).Skip(Kept);
        IEnumerable<string> abandoned = files.Where(file => StepOf(file) > step);
        foreach (string file in old.Concat(abandoned).Concat(Directory.EnumerateFiles(Path, $"{Prefix}*{Ending}.*.tmp")))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
            {
                // It takes room, nothing else; the next save tries again.
            }
        }
    }
}
