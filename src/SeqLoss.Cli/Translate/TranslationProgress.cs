using System;
using System.Diagnostics;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Translate;

/// <summary>Counts lines, and says every few seconds how many are done, unless they are seen as they come.</summary>
internal sealed class TranslationProgress(Terminal terminal, bool areLinesSeen)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan shown;

    internal long Lines { get; private set; }

    internal void Advance()
    {
        Lines++;
        if (areLinesSeen || clock.Elapsed < shown + _interval)
        {
            return;
        }

        shown = clock.Elapsed;
        try
        {
            string rate = Numbers.Count((long)(Lines / shown.TotalSeconds));
            terminal.Error.WriteLine($"seqloss: translate: {Numbers.Counted(Lines, "line")}, {rate} lines/s");
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // Standard error is closed or full: no reason to lose the work.
        }
    }
}
