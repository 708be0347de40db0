using System.Collections.Generic;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Data;

/// <summary>Reads pairs of lines, as they are asked for.</summary>
/// <remarks>Empty lines are lines: a pair is never skipped, so that pair i stands on line i + 1.</remarks>
public static class ParallelText
{
    /// <summary>Pairs line i of one file with line i of another.</summary>
    /// <exception cref="ModelFileException">
    /// A file cannot be read, a line is not UTF-8, or, found at the end, the files have different numbers of lines: the message gives both.
    /// </exception>
    public static IEnumerable<TextPair> ReadFiles(string sourcePath, string targetPath)
    {
        using var sources = new LineReader(sourcePath);
        using var targets = new LineReader(targetPath);
        string? source;
        string? target;
        while ((source = sources.ReadLine()) is not null & (target = targets.ReadLine()) is not null)
        {
            yield return new TextPair(source!, target!);
        }

        if (source is not null || target is not null)
        {
            throw new ModelFileException(
                $"{sourcePath} has {CountAll(sources)} lines and {targetPath} {CountAll(targets)}; "
                + "a pair stands on the same line of both, so add or delete the line where they part");
        }
    }

    /// <summary>Reads a table of two columns, source and target, divided by a tab.</summary>
    /// <exception cref="ModelFileException">
    /// The file cannot be read, or a line is not UTF-8 or has not two columns; the message names it.
    /// </exception>
    public static IEnumerable<TextPair> ReadTable(string path)
    {
        using var lines = new LineReader(path);
        while (lines.ReadLine() is string line)
        {
            string[] columns = line.Split('\t');
            if (columns.Length != 2)
            {
                throw new ModelFileException(
                    $"{path}: line {lines.LineNumber}: there are {columns.Length} columns; write a source, a tab and a target");
            }

            yield return new TextPair(columns[0], columns[1]);
        }
    }

    private static long CountAll(LineReader reader)
    {
        while (reader.ReadLine() is not null)
        {
        }

        return reader.LineNumber;
    }
}
