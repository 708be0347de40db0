using System;
using System.IO;
using SeqLoss.Cli.Terminals;
using Xunit;

namespace SeqLoss.Cli.Tests.Terminals;

public sealed class WorkProgressTests
{
    [Fact]
    public void QuickWork_ShowsNothing()
    {
        using var error = new StringWriter();
        using (var progress = new WorkProgress(new Terminal(TextWriter.Null, error), "loss", 100))
        {
            progress.Advance(50);
            progress.Advance(50);
        }

        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void LongWork_ShowsLinesInAPipe()
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error);
        using (var progress = new WorkProgress(terminal, "loss", 4_000_000_000) { FirstLineAfter = TimeSpan.Zero })
        {
            progress.Advance(1_000_000_000);
            // The end is told by the result.
            progress.Advance(3_000_000_000);
        }

        string line = Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.StartsWith("seqloss: loss: 25 % of 4.0 GB, ", line, StringComparison.Ordinal);
        Assert.EndsWith(" s left", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_NeedsToListen()
    {
        using var full = new FullWriter();
        using var progress = new WorkProgress(new Terminal(TextWriter.Null, full), "loss", 100) { FirstLineAfter = TimeSpan.Zero };
        progress.Advance(50);
        Assert.Equal(1, full.Lines);
    }

    [Fact]
    public void LongWork_ShowsABarOnATerminal()
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error) { IsErrorTerminal = true };
        using (var progress = new WorkProgress(terminal, "loss", 100) { BarAfter = TimeSpan.Zero })
        {
            progress.Advance(50);
            progress.Advance(50);
        }

        Assert.Contains("loss", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Standard error on a disk that is full.</summary>
    private sealed class FullWriter : StringWriter
    {
        internal int Lines { get; private set; }

        public override void WriteLine(string? value)
        {
            Lines++;
            throw new IOException("No space left on device");
        }
    }
}
