using System.Collections.Generic;
using System.Linq;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace SeqLoss.Cli.Loss;

/// <summary>A table of names and values, and the rows that reports of losses share.</summary>
internal static class ReportTable
{
    private const int FirstValues = 6;

    internal static void Write(IAnsiConsole console, string title, IEnumerable<(string Name, string Value)> rows)
    {
        Table table = new Table().RoundedBorder().HideHeaders().AddColumns("name", "value");
        table.Title = new TableTitle(Markup.Escape(title), new Style(decoration: Decoration.Bold));
        foreach ((string name, string value) in rows)
        {
            bool isLoss = name == "loss";
            table.AddRow(
                new Cell(name, new Style(Color.Grey)),
                new Cell(value, isLoss ? new Style(Color.Green, decoration: Decoration.Bold) : Style.Plain));
        }

        console.Write(table);
    }

    /// <summary>A loss that is an array: its first values and its range.</summary>
    internal static IEnumerable<(string Name, string Value)> ArrayRows(long[] shape, double[] values, string unit, bool isWritten)
    {
        if (values.Length == 0)
        {
            yield return ("loss", $"{AxisOrder.Describe(shape)}: no values");
            yield break;
        }

        string first = string.Join("  ", values.Take(FirstValues).Select(Numbers.Real)) + (values.Length > FirstValues ? "  ..." : "");
        yield return ("loss", $"{AxisOrder.Describe(shape)}: {first}");
        string range = $"{Numbers.Real(values.Min())} to {Numbers.Real(values.Max())}{unit}";
        yield return ("range", range + (isWritten ? "" : "; --output F writes all values"));
    }

    /// <summary>What is known of tokens: perplexity, bits and accuracy, if any were counted.</summary>
    internal static IEnumerable<(string Name, string Value)> LikelihoodRows(LossSum sum)
    {
        if (sum.NegativeLogLikelihood is null || sum.Tokens == 0)
        {
            yield break;
        }

        yield return ("perplexity", Numbers.Real(sum.Perplexity));
        yield return ("bits per token", Numbers.Real(sum.BitsPerToken));
        yield return (
            "accuracy",
            $"{Numbers.Percent(sum.Accuracy)} ({Numbers.Count(sum.Correct ?? 0)} of {Numbers.Count(sum.Tokens)})");
    }

    /// <summary>How many positions are valid, where that is not the number of those that count.</summary>
    internal static string Valid(LossSum sum) => sum.Valid == sum.Tokens ? "" : $" ({Numbers.Count(sum.Valid)} valid)";

    /// <summary>The files that were asked for.</summary>
    internal static IEnumerable<(string Name, string Value)> Written(params (string? Path, string Content)[] files)
        => files.Where(file => file.Path is not null).Select(file => ("written", $"{file.Content}: {file.Path}"));
}
