using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using SeqLoss.Training.Data;

namespace SeqLoss.Cli.Translate;

/// <summary>Reads lines ahead, so that as many as there are can be worked on: one of who types, thousands of a file.</summary>
internal sealed class LineQueue : IDisposable
{
    /// <summary>The most lines of a block: enough to be sorted by length, few enough that a stop loses little.</summary>
    internal const int MostLines = 2048;

    private readonly BlockingCollection<string> lines = new(MostLines);
    private readonly LineReader reader;
    private ExceptionDispatchInfo? failure;

    /// <summary>Begins to read.</summary>
    internal LineQueue(LineReader reader)
    {
        this.reader = reader;
        // Nothing can wake a thread that waits for standard input: in the background it does not keep the program alive.
        new Thread(Read) { IsBackground = true, Name = nameof(LineQueue) }.Start();
    }

    /// <summary>Waits for a line and takes it with all that are there already.</summary>
    /// <returns>The lines, in their order; none at the end.</returns>
    /// <exception cref="SeqLoss.Models.Files.ModelFileException">The text cannot be read further; the lines before were given.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal IReadOnlyList<string> Take(CancellationToken cancellation)
    {
        List<string> block = [];
        if (lines.TryTake(out string? line, Timeout.Infinite, cancellation))
        {
            do
            {
                block.Add(line);
            }
            while (block.Count < MostLines && lines.TryTake(out line));
        }
        else
        {
            failure?.Throw();
        }

        return block;
    }

    /// <summary>Takes no more; a thread that waits for input is left alone.</summary>
    public void Dispose() => lines.CompleteAdding();

    private void Read()
    {
        try
        {
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            lines.CompleteAdding();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            lines.CompleteAdding();
        }
    }
}
