using System;
using System.IO;
using System.Linq;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Loss;

/// <summary>Reads the text of each class.</summary>
internal static class VocabularyFile
{
    /// <summary>Reads one text a line; white space at the ends of lines belongs to the texts.</summary>
    /// <exception cref="BadFileException">The file cannot be read or has another number of lines than there are classes.</exception>
    internal static string[] Read(string path, long classes)
    {
        string[] lines;
        try
        {
            if (Directory.Exists(path))
            {
                throw new BadFileException($"{path}: this is a folder; name a text file with one class a line");
            }

            lines = [.. File.ReadLines(path).Select(Printable)];
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw new BadFileException(FileFailure.OnRead(path, refusal), refusal);
        }

        return lines.LongLength == classes ? lines : throw new BadFileException(
            $"{path}: the vocabulary has {lines.Length} lines, but the scores have {classes} classes; "
            + "line n, counted from 0, is the text of class n");
    }

    /// <summary>Keeps a terminal from acting on what a file holds.</summary>
    private static string Printable(string text)
        => string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character));
}
