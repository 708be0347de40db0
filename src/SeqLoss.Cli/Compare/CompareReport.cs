using System.Collections.Generic;
using System.Linq;
using SeqLoss.Cli.Loss;
using SeqLoss.Diagnostics;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace SeqLoss.Cli.Compare;

/// <summary>A comparison as a table for people: equal numbers beside each other, the expected one marked.</summary>
internal static class CompareReport
{
    internal static void Write(IAnsiConsole console, LossInputs inputs, IReadOnlyList<ComparisonRow> rows, string? expected)
    {
        ComparisonRow[] conventions = [.. rows.Where(row => row.NearMiss is null).OrderBy(row => row.Group)];
        Table table = new Table().RoundedBorder().AddColumns(expected is null ? "" : "?", "value", "convention", "divides by", "which is");
        table.Columns[1].RightAligned();
        table.Columns[4].RightAligned();
        table.Title = new TableTitle(
            Markup.Escape($"{inputs.Scores.DescribeShape()} under {conventions.Length} conventions, {Distinct(conventions)}"),
            new Style(decoration: Decoration.Bold));
        int group = -1;
        foreach (ComparisonRow row in conventions)
        {
            // The number stands once, beside the first of those that agree on it.
            bool isFirst = row.Group != group;
            group = row.Group;
            if (isFirst && table.Rows.Count > 0)
            {
                table.AddEmptyRow();
            }

            Add(table, row, row.Convention, isFirst);
        }

        console.Write(table);
        if (expected is not null)
        {
            WriteVerdict(console, rows, expected);
        }
    }

    private static void WriteVerdict(IAnsiConsole console, IReadOnlyList<ComparisonRow> rows, string expected)
    {
        ComparisonRow[] misses = [.. rows.Where(row => row.NearMiss is not null)];
        if (misses.Length > 0)
        {
            Table table = new Table().RoundedBorder().AddColumns("?", "value", "what was done differently", "then as", "which is");
            table.Columns[1].RightAligned();
            table.Columns[4].RightAligned();
            table.Title = new TableTitle(
                Markup.Escape($"No convention gives {expected}, but these do"), new Style(decoration: Decoration.Bold));
            foreach (ComparisonRow row in misses)
            {
                Add(table, row with { DividesBy = $"{row.Convention}: divided by {row.DividesBy}" }, row.NearMiss!, isFirst: true);
            }

            console.Write(table);
        }
        else if (rows.Any(row => row.IsExpected))
        {
            ComparisonRow[] matches = [.. rows.Where(row => row.IsExpected)];
            console.WriteLine($"{expected} is what {string.Join(", ", matches.Select(row => row.Convention))} gives.");
        }
        else
        {
            console.WriteLine(
                $"Neither a convention nor a near miss gives {expected}: are these the scores and targets that it was computed from? "
                + "seqloss check looks for other mistakes.");
        }
    }

    private static void Add(Table table, ComparisonRow row, string what, bool isFirst)
    {
        Style style = row.IsExpected ? new Style(Color.Green, decoration: Decoration.Bold) : Style.Plain;
        table.AddRow(
            new Cell(row.IsExpected ? "=" : ""),
            new Cell(isFirst ? Numbers.Real(row.Value) : "", style),
            new Cell(what, style),
            new Cell(row.DividesBy, new Style(Color.Grey)),
            new Cell(double.IsNaN(row.Divisor) ? "–" : Numbers.Real(row.Divisor), new Style(Color.Grey)));
    }

    private static string Distinct(ComparisonRow[] conventions)
        => conventions.Select(row => row.Group).Distinct().Count() is > 1 and int count ? $"{count} different numbers" : "one number";
}
