using System.IO;

namespace SeqLoss.Cli.Terminals;

/// <summary>Running text for a terminal or a log.</summary>
internal static class WrappedText
{
    /// <summary>Writes words up to the width; the first line stands already at the indentation.</summary>
    internal static void Write(TextWriter output, string text, int indent, int width)
    {
        int column = indent;
        foreach (string word in text.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > width)
            {
                output.WriteLine();
                output.Write(new string(' ', indent));
                column = indent;
            }
            else if (column > indent)
            {
                output.Write(' ');
                column++;
            }

            output.Write(word);
            column += word.Length;
        }

        output.WriteLine();
    }
}
