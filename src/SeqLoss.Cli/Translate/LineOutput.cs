using System;
using System.IO;
using System.Text;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Translate;

/// <summary>Where translations go: to standard output as they come, or to a file that appears when all are there.</summary>
internal sealed class LineOutput : IDisposable
{
    private static readonly FileKind _kind = new(
        "a text file", "write it again", (sentence, cause) => new BadFileException(sentence, cause), IsDurable: false);

    private readonly TextWriter output;
    private readonly AtomicFile? file;

    /// <param name="path">The file; <see langword="null"/>: standard output.</param>
    /// <param name="output">Standard output.</param>
    /// <exception cref="BadFileException">The file cannot be written.</exception>
    internal LineOutput(string? path, TextWriter output)
    {
        this.output = output;
        file = path is null ? null : new AtomicFile(path, _kind, length: 0);
    }

    /// <summary>Writes a line, ended by LF as the lines that were read.</summary>
    internal void Write(string line)
    {
        if (file is null)
        {
            output.Write(line);
            output.Write('\n');
        }
        else
        {
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    /// <summary>Shows what has been written to standard output so far.</summary>
    internal void Flush()
    {
        if (file is null)
        {
            output.Flush();
        }
    }

    /// <summary>Gives the file its name.</summary>
    internal void Complete() => file?.Complete();

    public void Dispose() => file?.Dispose();
}
