using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Terminals;
using SeqLoss.Training;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Runs;

namespace SeqLoss.Cli.Train;

/// <summary><c>seqloss train</c>: trains a model and shows what it can do.</summary>
internal sealed class TrainCommand : Verb
{
    private readonly TrainOptions options = new();

    internal TrainCommand()
        : base(
            "train",
            "Train an encoder-decoder: without arguments the built-in example, which learns in about a minute to write dates of twelve "
            + "languages as ISO 8601.")
    {
    }

    internal override Argument<string> Positional => options.Configuration;

    internal override IReadOnlyList<OptionGroup> Groups => options.Groups;

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss train", "the built-in example; the model comes into seqloss-run"),
        ("seqloss train --source train.de --target train.en --tokens words --epochs 10 --output de-en", "your own lines"),
        ("seqloss train config.json --output run", "every number your own (docs/training.md)"),
        ("seqloss train --resume --output run", "goes on where a run was stopped"),
    ];

    internal override string MemorySaver => "make batches (batches.size), limits of length (data.limit) or the model smaller";

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        TrainRequest request = TrainRequest.Read(options, values);
        RunDirectory directory = new(request.Output);
        CheckDirectory(directory, request.Resume);
        RunConfiguration unnamed = request.Resume ? RunConfiguration.Read(directory.ConfigurationFile) : DatePreset.Run;
        RunConfiguration configuration = request.Configure(unnamed);
        using TrainingRun run = Prepare(request, configuration, directory, cancellation);
        TrainingNotes notes = new(terminal.Error);
        notes.WriteRun(run);
        if (request.Resume)
        {
            notes.WriteResumption(run.Resume(configuration, out IReadOnlyList<string> changes), changes);
        }

        TrainingEnd end;
        using (TrainingDisplay display = new(terminal, run.Trainer))
        {
            end = run.Train(display, cancellation);
        }

        if (end == TrainingEnd.Cancelled)
        {
            notes.WriteStop(run, directory);
            return ExitStatus.Interrupted;
        }

        notes.WriteEnd(run, end);
        IReadOnlyList<ExactMatch> tests = Judge(run, request.Threads, notes, directory, cancellation);
        TrainingReport report = new(run, directory, end, tests);
        if (request.Json)
        {
            report.WriteJson(terminal.Output);
        }
        else
        {
            report.Write(terminal.OutputConsole());
        }

        terminal.Output.Flush();
        notes.WriteNext(directory, tests.Max(test => test.MaxLength));
        return ExitStatus.Success;
    }

    private static void CheckDirectory(RunDirectory directory, bool isResumed)
    {
        if (directory.HoldsRun && !isResumed)
        {
            throw new UsageException(
                $"{directory.Path} holds a run already: go on with it by --resume, or name another folder by --output");
        }

        if (isResumed && !(File.Exists(directory.ConfigurationFile) && File.Exists(directory.TokenizerFile)))
        {
            throw new UsageException($"{directory.Path} holds no run to go on with: leave --resume out, or name its folder by --output");
        }
    }

    /// <summary>What is wrong with a configuration is wrong use, or, if it was read from a file, that file.</summary>
    private static TrainingRun Prepare(
        TrainRequest request, RunConfiguration configuration, RunDirectory directory, CancellationToken cancellation)
    {
        try
        {
            return TrainingRun.Create(configuration, directory, request.Resume, request.Threads, cancellation);
        }
        catch (LossOptionException refusal) when (request.File is not null)
        {
            throw new BadFileException($"{request.File}: {refusal.Message}", refusal);
        }
    }

    private static IReadOnlyList<ExactMatch> Judge(
        TrainingRun run, int? threads, TrainingNotes notes, RunDirectory directory, CancellationToken cancellation)
    {
        try
        {
            return [.. run.Corpus.Tests.Select(test => ExactMatch.Of(test, run.Trained, threads, cancellation))];
        }
        catch (OperationCanceledException)
        {
            notes.WriteUnjudged(directory);
            throw;
        }
    }
}
