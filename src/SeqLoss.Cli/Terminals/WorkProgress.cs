using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;
using SeqLoss.Models.Files;
using Spectre.Console;

namespace SeqLoss.Cli.Terminals;

/// <summary>Shows how far long work is: a bar with rate and time left on a terminal, a line every few seconds elsewhere.</summary>
/// <remarks>Quick work shows nothing.</remarks>
internal sealed class WorkProgress : IDisposable
{
    private readonly Terminal terminal;
    private readonly string name;
    private readonly long total;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan nextLine;
    private Task? bar;
    private ProgressTask? task;
    private long done;

    /// <summary>Starts the clock.</summary>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="name">What is done, as one word.</param>
    /// <param name="total">The bytes to go through.</param>
    internal WorkProgress(Terminal terminal, string name, long total)
    {
        this.terminal = terminal;
        this.name = name;
        this.total = Math.Max(1, total);
        nextLine = FirstLineAfter;
    }

    /// <summary>When a bar appears on a terminal.</summary>
    internal TimeSpan BarAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When the first line appears elsewhere, and how long it is between lines.</summary>
    internal TimeSpan FirstLineAfter
    {
        get;
        init
        {
            field = value;
            nextLine = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>Notes that more bytes are done.</summary>
    internal void Advance(long bytes)
    {
        done += bytes;
        if (terminal.IsErrorTerminal)
        {
            ShowBar();
        }
        else if (clock.Elapsed >= nextLine && done < total)
        {
            nextLine = clock.Elapsed + FirstLineAfter;
            Try(() => terminal.Error.WriteLine(Line()));
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        ended.TrySetResult();
        if (bar is { } shown)
        {
            Try(() => shown.GetAwaiter().GetResult());
        }
    }

    /// <summary>Shows something to whoever looks: that nobody does is no reason to lose the work.</summary>
    private static void Try(Action show)
    {
        try
        {
            show();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // Standard error is closed or full.
        }
    }

    private void ShowBar()
    {
        if (bar is null && clock.Elapsed >= BarAfter && done < total)
        {
            Progress progress = terminal.ErrorConsole().Progress().AutoClear(true).Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn());
            bar = Task.Run(() => progress.StartAsync(async context =>
            {
                task = context.AddTask(name, maxValue: total);
                await ended.Task.ConfigureAwait(false);
            }));
        }

        if (task is { } running)
        {
            running.Value = done;
        }
    }

    private string Line()
    {
        double rate = done / clock.Elapsed.TotalSeconds;
        double left = rate > 0 ? (total - done) / rate : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"seqloss: {name}: {100.0 * done / total:F0} % of {total / 1e9:F1} GB, {rate / 1e6:F0} MB/s, {left:F0} s left");
    }
}
