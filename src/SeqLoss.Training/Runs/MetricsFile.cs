using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Models.Files;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training.Runs;

/// <summary>Writes <c>metrics.jsonl</c>: a line for every few steps and every validation; docs/training.md has the fields.</summary>
internal sealed class MetricsFile : IProgress<TrainingProgress>, IDisposable
{
    private const int StepsPerLine = 10;

    private readonly string _path;
    private readonly FileStream _stream;
    private TrainingProgress _last;
    private LossSum _loss;
    private TimeSpan _duration;

    /// <param name="path">The file.</param>
    /// <param name="step">Where training goes on: later lines are of an abandoned end, and are dropped.</param>
    /// <exception cref="ModelFileException">The file cannot be read or written.</exception>
    internal MetricsFile(string path, long step)
    {
        _path = path;
        try
        {
            string[] kept = [.. Kept(path, step)];
            AtomicFile.WriteText(path, FileKind.Json, string.Concat(kept.Select(line => line + "\n")));
            _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnWrite(path, refusal);
        }
    }

    public void Report(TrainingProgress value)
    {
        if (value.Validation is { } validation)
        {
            WriteSteps();
            Write(value, "validation", writer => WriteValidation(writer, value, validation));
            return;
        }

        _last = value;
        _loss += value.Loss;
        _duration += value.Duration;
        if (value.Step % StepsPerLine == 0)
        {
            WriteSteps();
        }
    }

    /// <summary>Writes the steps that are not written yet, and closes the file.</summary>
    public void Dispose()
    {
        try
        {
            WriteSteps();
        }
        finally
        {
            _stream.Dispose();
        }
    }

    private static IEnumerable<string> Kept(string path, long step)
    {
        foreach (string line in File.Exists(path) ? File.ReadAllText(path).Split('\n') : [])
        {
            if (line.Length > 0 && StepOf(line) <= step)
            {
                yield return line;
            }
        }
    }

    /// <summary>The step of a line; that of a line which a failure cut short is none.</summary>
    private static long StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return long.MaxValue;
        }
    }

    private void WriteSteps()
    {
        if (_duration > TimeSpan.Zero)
        {
            Write(_last, "training", writer => WriteTraining(writer, _last));
            (_loss, _duration) = (default, default);
        }
    }

    private void WriteTraining(Utf8JsonWriter writer, TrainingProgress progress)
    {
        WriteReal(writer, "loss", _loss.Mean);
        WriteReal(writer, "natsPerToken", _loss.NegativeLogLikelihood / _loss.TokenWeight);
        writer.WriteNumber("targetTokens", _loss.Tokens);
        WriteReal(writer, "learningRate", progress.LearningRate);
        WriteReal(writer, "gradientNorm", progress.GradientNorm);
        writer.WriteNumber("seconds", Math.Round(_duration.TotalSeconds, 3));
    }

    private static void WriteValidation(Utf8JsonWriter writer, TrainingProgress progress, ValidationResult validation)
    {
        WriteReal(writer, "natsPerToken", validation.Loss);
        WriteReal(writer, "perplexity", validation.Perplexity);
        WriteReal(writer, "tokenAccuracy", validation.TokenAccuracy);
        WriteReal(writer, "sequenceAccuracy", validation.SequenceAccuracy);
        writer.WriteNumber("targetTokens", validation.Sum.Tokens);
        writer.WriteBoolean("isBest", progress.IsBest);
        writer.WriteNumber("seconds", Math.Round(progress.Duration.TotalSeconds, 3));
    }

    /// <summary>JSON has no infinity and no NaN.</summary>
    private static void WriteReal(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private void Write(TrainingProgress progress, string kind, Action<Utf8JsonWriter> writeFields)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteNumber("step", progress.Step);
            writer.WriteNumber("epoch", progress.Epoch);
            writeFields(writer);
            writer.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        try
        {
            Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnWrite(_path, refusal);
        }
    }

    /// <summary>A line is in the file when it is written, for whoever watches it.</summary>
    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }
}
