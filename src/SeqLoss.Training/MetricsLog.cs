using System;
using System.Buffers;
using System.IO;
using System.Text;
using System.Text.Json;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;
using SeqLoss.Training.Validation;

namespace SeqLoss.Training;

/// <summary>Writes what training reports to <c>metrics.jsonl</c>: one JSON object a line.</summary>
/// <remarks>
/// <para>
/// A line of training sums up the steps since the one before: <c>step</c> and <c>epoch</c> (from 0) of the last of them, its
/// <c>learningRate</c> and <c>gradientNorm</c> (before clipping), <c>loss</c> of all of them (in nats per token, smoothed as it is
/// trained, or the error of a step of features), their target <c>tokens</c> and <c>seconds</c>, and <c>skippedSteps</c> since the start.
/// </para>
/// <para>
/// A line of validation has <c>step</c>, <c>epoch</c>, <c>validationLoss</c> (not smoothed), <c>perplexity</c>, <c>tokenAccuracy</c>,
/// <c>sequenceAccuracy</c>, <c>isBest</c> and <c>seconds</c>. Numbers that are not finite, or that features do not have, are null.
/// </para>
/// </remarks>
public sealed class MetricsLog : IProgress<TrainingProgress>, IDisposable
{
    private readonly string _path;
    private readonly int _everySteps;
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private TrainingProgress _last;
    private LossSum _loss;
    private TimeSpan _duration;
    private int _steps;

    /// <summary>Opens the file, to write behind what it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">The step that training goes on from: lines of later steps, of a run that was given up, are removed.</param>
    /// <param name="everySteps">The steps that a line sums up, at least 1.</param>
    /// <exception cref="ModelFileException">The file cannot be read or written.</exception>
    public MetricsLog(string path, long step = 0, int everySteps = 10)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        (_path, _everySteps) = (path, everySteps);
        _json = new Utf8JsonWriter(_line);
        AtomicFile.WriteText(path, FileKind.Json, File.Exists(path) ? LinesUpTo(path, step) : "");
        try
        {
            _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnWrite(path, refusal);
        }
    }

    /// <summary>Takes in a step or a validation; writes when there are enough steps, and at each validation.</summary>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    public void Report(TrainingProgress value)
    {
        if (value.Validation is { } validation)
        {
            WriteSteps();
            Write(value, validation);
            return;
        }

        _last = value;
        _loss += value.Loss;
        _duration += value.Duration;
        _steps++;
        if (_steps == _everySteps)
        {
            WriteSteps();
        }
    }

    /// <summary>Writes the last steps and closes the file.</summary>
    public void Dispose()
    {
        WriteSteps();
        _json.Dispose();
        _stream.Dispose();
    }

    private void WriteSteps()
    {
        if (_steps == 0)
        {
            return;
        }

        Begin(_last);
        Write("loss", _loss.Mean);
        Write("learningRate", _last.LearningRate);
        Write("gradientNorm", _last.GradientNorm);
        _json.WriteNumber("tokens", _loss.Tokens);
        _json.WriteNumber("seconds", Math.Round(_duration.TotalSeconds, 3));
        _json.WriteNumber("skippedSteps", _last.SkippedSteps);
        End();
        (_loss, _duration, _steps) = (default, default, 0);
    }

    private void Write(in TrainingProgress progress, ValidationResult validation)
    {
        Begin(progress);
        Write("validationLoss", validation.Loss);
        Write("perplexity", validation.Perplexity);
        Write("tokenAccuracy", validation.TokenAccuracy);
        Write("sequenceAccuracy", validation.SequenceAccuracy);
        _json.WriteBoolean("isBest", progress.IsBest);
        _json.WriteNumber("seconds", Math.Round(progress.Duration.TotalSeconds, 3));
        End();
    }

    private void Begin(in TrainingProgress progress)
    {
        _json.WriteStartObject();
        _json.WriteNumber("step", progress.Step);
        _json.WriteNumber("epoch", progress.Epoch);
    }

    private void Write(string name, double value)
    {
        if (double.IsFinite(value))
        {
            _json.WriteNumber(name, value);
        }
        else
        {
            _json.WriteNull(name);
        }
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        try
        {
            _stream.Write(_line.WrittenSpan);
            _stream.Flush();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnWrite(_path, refusal);
        }

        _line.ResetWrittenCount();
        _json.Reset();
    }

    /// <summary>The whole lines up to a step: what a kill left of a last line goes too.</summary>
    private static string LinesUpTo(string path, long step)
    {
        StringBuilder kept = new();
        try
        {
            foreach (string line in LineReader.ReadLines(path))
            {
                if (StepOf(line) is { } written && written <= step)
                {
                    kept.Append(line).Append('\n');
                }
            }
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnRead(path, refusal);
        }

        return kept.ToString();
    }

    private static long? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or System.Collections.Generic.KeyNotFoundException)
        {
            return null;
        }
    }
}
