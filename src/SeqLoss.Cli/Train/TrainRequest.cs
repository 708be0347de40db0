using System;
using System.CommandLine;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Models.Text;
using SeqLoss.Training.Runs;
using SeqLoss.Training.Schedules;

namespace SeqLoss.Cli.Train;

/// <summary>What a command line of <c>seqloss train</c> asks for.</summary>
internal sealed record TrainRequest
{
    /// <summary>The file of the configuration, or <see langword="null"/>.</summary>
    internal string? File { get; private init; }

    /// <summary>Text files that stand in place of a configuration's, or <see langword="null"/>.</summary>
    internal FileData? Text { get; private init; }

    internal int? Steps { get; private init; }

    internal int? Epochs { get; private init; }

    internal ulong? Seed { get; private init; }

    internal int? Threads { get; private init; }

    internal required string Output { get; init; }

    internal bool Resume { get; private init; }

    internal bool Json { get; private init; }

    /// <exception cref="UsageException">A value is malformed, or options do not go together.</exception>
    internal static TrainRequest Read(TrainOptions options, OptionValues values)
    {
        if (values.Has(options.Steps) && values.Has(options.Epochs))
        {
            throw new UsageException("--steps and --epochs are both given: give the one that is to end the training");
        }

        return new TrainRequest
        {
            File = values.Word(options.Configuration),
            Text = ReadText(options, values),
            Steps = values.Count(options.Steps),
            Epochs = values.Count(options.Epochs),
            Seed = values.Integer(options.Seed) is not { } seed ? null
                : seed >= 0 ? (ulong)seed
                : throw new UsageException($"{options.Seed.Name} is {seed}: it is at least 0"),
            Threads = values.Count(options.Threads),
            Output = values.Text(options.Output) ?? TrainOptions.DefaultOutput,
            Resume = values.Flag(options.Resume),
            Json = values.Flag(options.Json),
        };
    }

    /// <summary>The configuration: that of the file, of the text files, of the run to go on with, or the built-in example.</summary>
    /// <param name="unnamed">What to train where the command line does not say.</param>
    internal RunConfiguration Configure(RunConfiguration unnamed)
    {
        RunConfiguration configuration = File is not null ? RunConfiguration.Read(File)
            : Text is not null ? new RunConfiguration { Data = Text }
            : unnamed;
        return (configuration with
        {
            Model = Seed is { } seed ? configuration.Model with { Seed = seed } : configuration.Model,
            Training = configuration.Training with
            {
                Seed = Seed ?? configuration.Training.Seed,
                Steps = Steps ?? (Epochs is null ? configuration.Training.Steps : null),
                Epochs = Epochs ?? (Steps is null ? configuration.Training.Epochs : null),
                Schedule = Shorten(configuration.Training.Schedule),
            },
        }).WithFullPaths();
    }

    /// <summary>Where the rate falls down to the last step, --steps leaves half of the steps to the warm-up.</summary>
    private ScheduleOptions Shorten(ScheduleOptions schedule) => schedule.Kind != ScheduleKind.Cosine ? schedule
        : schedule with { WarmUpSteps = Math.Min(schedule.WarmUpSteps, Steps / 2 ?? long.MaxValue) };

    private static FileData? ReadText(TrainOptions options, OptionValues values)
    {
        Option<string>[] files = [options.Source, options.Target, options.ValidationSource, options.ValidationTarget, options.Tokens];
        if (Array.Find(files, values.Has) is not { } given)
        {
            return null;
        }

        if (values.Word(options.Configuration) is { } file)
        {
            throw new UsageException($"{given.Name} is given beside {file}: name the text in that file, under data");
        }

        FileData text = new()
        {
            Source = values.Text(options.Source) ?? throw Missing(options.Source, given),
            Target = values.Text(options.Target) ?? throw Missing(options.Target, given),
            ValidationSource = values.Text(options.ValidationSource),
            ValidationTarget = values.Text(options.ValidationTarget),
            Tokens = values.Choice(options.Tokens, TrainOptions.TokenKinds) ?? TokenizerKind.Characters,
        };
        return (text.ValidationSource is null, text.ValidationTarget is null) switch
        {
            (true, false) => throw Missing(options.ValidationSource, options.ValidationTarget),
            (false, true) => throw Missing(options.ValidationTarget, options.ValidationSource),
            _ => text,
        };
    }

    private static UsageException Missing(Option<string> missing, Option<string> given)
        => new($"{given.Name} is given without {missing.Name} {missing.HelpName}: add it");
}
