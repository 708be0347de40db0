using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace SeqLoss.Tests.Pages;

/// <summary>A page of the documentation.</summary>
internal sealed class Page(params string[] parts)
{
    private readonly string _text = File.ReadAllText(Repository.PathOf(["docs", .. parts]));

    /// <summary>The blocks in a language, joined by an empty line.</summary>
    public string Blocks(string language, string separator = "\n")
        => string.Join(
            separator,
            Regex.Matches(_text, $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value));

    /// <summary>The headings of a level.</summary>
    public IReadOnlyList<string> Headings(int level)
        => [.. Regex.Matches(_text, $"^{new string('#', level)} (.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    /// <summary>The cells of every row of the tables with as many columns, without their heads.</summary>
    public IReadOnlyList<string[]> Rows(int columns)
        => [.. _text.Split('\n')
            .Where(line => line.StartsWith("| ", System.StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', System.StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == columns && cells[0] is not ("---" or "loss"))];
}
