using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;
using SeqLoss.Models.Files;
using SeqLoss.Training;
using Spectre.Console;
using ValidationResult = SeqLoss.Training.Validation.ValidationResult;

namespace SeqLoss.Cli.Train;

/// <summary>Shows how far training is: a bar on a terminal, a line every few seconds elsewhere, and a line for every validation.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>, IDisposable
{
    private const int BarWidth = 16;

    /// <summary>The bar, the percentage, the time left and what is between them.</summary>
    private const int WidthBesideText = BarWidth + 20;

    private readonly Terminal terminal;
    private readonly IAnsiConsole console;
    private readonly long firstStep;
    private readonly long lastStep;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task? bar;
    private ProgressTask? task;
    private TimeSpan shown;
    private LossSum loss;
    private TimeSpan duration;

    /// <summary>Starts the clock.</summary>
    internal TrainingDisplay(Terminal terminal, Trainer trainer)
    {
        this.terminal = terminal;
        console = terminal.ErrorConsole();
        firstStep = trainer.State.Step;
        lastStep = trainer.LastStep;
        if (terminal.IsErrorTerminal && lastStep > firstStep)
        {
            bar = ShowBar();
        }
    }

    /// <summary>How long it is between two lines, or between two texts beside the bar.</summary>
    internal TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    private TimeSpan CurrentInterval => bar is null ? Interval : TimeSpan.FromSeconds(Math.Min(1, Interval.TotalSeconds));

    public void Report(TrainingProgress value)
    {
        if (value.Validation is { } validation)
        {
            Write(Line(value, validation));
            return;
        }

        loss += value.Loss;
        duration += value.Duration;
        if (task is { } running)
        {
            running.Value = value.Step - firstStep;
        }

        if (clock.Elapsed < shown + CurrentInterval)
        {
            return;
        }

        shown = clock.Elapsed;
        if (task is { } described)
        {
            described.Description = Markup.Escape(Line(value, terminal.Width - WidthBesideText));
        }
        else if (bar is null)
        {
            Write($"{Line(value, int.MaxValue)}, {TimeLeft(value.Step)} left");
        }

        (loss, duration) = (default, default);
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        ended.TrySetResult();
        try
        {
            bar?.GetAwaiter().GetResult();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // Standard error is closed or full: no reason to lose the training.
        }
    }

    private Task ShowBar()
    {
        Progress progress = console.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new RemainingTimeColumn());
        return Task.Run(() => progress.StartAsync(async context =>
        {
            task = context.AddTask("training", maxValue: lastStep - firstStep);
            await ended.Task.ConfigureAwait(false);
        }));
    }

    /// <summary>As much as there is room for, the most important first.</summary>
    private string Line(TrainingProgress progress, int width)
    {
        string[] parts =
        [
            $"step {progress.Step} of {lastStep}",
            string.Create(CultureInfo.InvariantCulture, $": {loss.NegativeLogLikelihood / loss.TokenWeight:0.0000} nats/token"),
            $", {Numbers.Count((long)(loss.Tokens / duration.TotalSeconds))} target tokens/s",
            string.Create(CultureInfo.InvariantCulture, $", rate {progress.LearningRate:0.0e+00}"),
        ];
        string line = "";
        foreach (string part in parts)
        {
            line += line.Length + part.Length <= width ? part : "";
        }

        return line;
    }

    private static string Line(TrainingProgress progress, ValidationResult validation) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {progress.Step}: validation {validation.Loss:0.0000} nats/token, perplexity {validation.Perplexity:0.00}, "
        + $"{Numbers.Percent(validation.TokenAccuracy)} of tokens and {Numbers.Percent(validation.SequenceAccuracy)} of sequences right"
        + $"{(progress.IsBest ? ", the best so far" : "")}");

    private string TimeLeft(long step)
    {
        TimeSpan left = clock.Elapsed * ((double)(lastStep - step) / (step - firstStep));
        return left < TimeSpan.FromMinutes(2)
            ? string.Create(CultureInfo.InvariantCulture, $"{left.TotalSeconds:0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{left.TotalMinutes:0} min");
    }

    /// <summary>Shows a line to whoever looks: that nobody does is no reason to lose the training.</summary>
    private void Write(string line)
    {
        try
        {
            if (bar is null)
            {
                terminal.Error.WriteLine($"seqloss: {line}");
            }
            else
            {
                console.WriteLine(line);
            }
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // Standard error is closed or full.
        }
    }
}
