using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace SeqLoss.Cli.Loss;

/// <summary>Where the loss comes from, in the words of the vocabulary.</summary>
internal static class CostliestTokens
{
    private const int TokenRows = 10;
    private const int SequenceRows = 5;
    private const int WordsBefore = 4;
    private const int MostWords = 60;

    internal static void Write(IAnsiConsole console, LossRequest request, LossInputs inputs, LossResult result, string[] vocabulary)
    {
        int[] costliest = [.. Enumerable.Range(0, result.TokenLosses.Length)
            .Where(token => Counts(result, token))
            .OrderByDescending(token => Cost(result.TokenLosses[token]))
            .Take(TokenRows)];
        if (costliest.Length == 0)
        {
            return;
        }

        bool areWeighted = (request.Weights ?? request.ExampleWeights) is not null;
        WriteTokens(console, inputs, result, vocabulary, costliest, areWeighted);
        if (inputs.Axes is { HasSequences: true, Time: > 1 })
        {
            WriteSequences(console, inputs, result, vocabulary, areWeighted);
        }
    }

    private static void WriteTokens(
        IAnsiConsole console, LossInputs inputs, LossResult result, string[] vocabulary, int[] tokens, bool areWeighted)
    {
        Table table = NewTable($"The {Numbers.Counted(tokens.Length, "costliest token")}");
        bool hasSequences = inputs.Axes.HasSequences;
        table.AddColumn(new TableColumn(hasSequences ? "sequence" : "row").RightAligned());
        if (hasSequences)
        {
            table.AddColumn(new TableColumn("step").RightAligned());
        }

        table.AddColumn(new TableColumn(areWeighted ? "weighted loss" : "loss").RightAligned()).AddColumns("target", "predicted");
        if (hasSequences)
        {
            table.AddColumn("after");
        }

        foreach (int token in tokens)
        {
            (long sequence, long step) = inputs.Axes.PlaceOf(token);
            string predicted = result.Predicted[token] is >= 0 and int best ? vocabulary[best] : "none: NaN or infinite";
            var cells = new List<Cell>
            {
                new(Numbers.Count(sequence)),
                new(Loss(result.TokenLosses[token]), new Style(Color.Red)),
                new(vocabulary[inputs.Ids[token]], new Style(decoration: Decoration.Bold)),
                new(predicted),
            };
            if (hasSequences)
            {
                cells.Insert(1, new Cell(Numbers.Count(step)));
                cells.Add(new Cell(WordsUpTo(inputs, result, vocabulary, sequence, step), new Style(Color.Grey)));
            }

            table.AddRow(cells);
        }

        console.Write(table);
    }

    private static void WriteSequences(
        IAnsiConsole console, LossInputs inputs, LossResult result, string[] vocabulary, bool areWeighted)
    {
        var totals = new Dictionary<long, (double Loss, long Tokens)>();
        for (int token = 0; token < result.TokenLosses.Length; token++)
        {
            if (Counts(result, token))
            {
                long sequence = inputs.Axes.PlaceOf(token).Sequence;
                (double loss, long tokens) = totals.GetValueOrDefault(sequence);
                totals[sequence] = (loss + result.TokenLosses[token], tokens + 1);
            }
        }

        KeyValuePair<long, (double Loss, long Tokens)>[] worst =
        [
            .. totals
                .OrderByDescending(entry => Cost(entry.Value.Loss / entry.Value.Tokens))
                .ThenBy(entry => entry.Key)
                .Take(SequenceRows),
        ];
        Table table = NewTable(
            $"The {Numbers.Counted(worst.Length, "costliest sequence")} of {Numbers.Count(totals.Count)}, "
            + $"by mean {(areWeighted ? "weighted " : "")}loss of a token");
        table.AddColumn(new TableColumn("sequence").RightAligned())
            .AddColumn(new TableColumn("mean").RightAligned())
            .AddColumn(new TableColumn("tokens").RightAligned())
            .AddColumn("target");
        foreach ((long sequence, (double loss, long tokens)) in worst)
        {
            table.AddRow(
                new Cell(Numbers.Count(sequence)),
                new Cell(Loss(loss / tokens), new Style(Color.Red)),
                new Cell(Numbers.Count(tokens)),
                new Cell(Words(inputs, result, vocabulary, sequence)));
        }

        console.Write(table);
    }

    private static Table NewTable(string title)
    {
        Table table = new Table().RoundedBorder();
        table.Title = new TableTitle(title, new Style(decoration: Decoration.Bold));
        return table;
    }

    /// <summary>What was predicted or cost something has been counted; a NaN is no 0 either.</summary>
    private static bool Counts(LossResult result, int token) => result.Predicted[token] >= 0 || result.TokenLosses[token] != 0;

    /// <summary>NaN first: nothing needs to be seen more.</summary>
    private static double Cost(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;

    private static string Loss(double loss)
        => double.IsFinite(loss) ? loss.ToString("0.000", CultureInfo.InvariantCulture) : Numbers.Real(loss);

    /// <summary>The last words before a token, as the model had them when it predicted.</summary>
    private static string WordsUpTo(LossInputs inputs, LossResult result, string[] vocabulary, long sequence, long step)
    {
        long start = Math.Max(0, step - WordsBefore);
        IEnumerable<string> words = Steps(start, step)
            .Where(earlier => Counts(result, (int)inputs.Axes.TokenAt(sequence, earlier)))
            .Select(earlier => vocabulary[inputs.Ids[inputs.Axes.TokenAt(sequence, earlier)]]);
        return (start > 0 ? "... " : "") + string.Join(' ', words);
    }

    private static string Words(LossInputs inputs, LossResult result, string[] vocabulary, long sequence)
    {
        IEnumerable<string> words = Steps(0, inputs.Axes.Time)
            .Select(step => inputs.Axes.TokenAt(sequence, step))
            .Where(token => Counts(result, (int)token))
            .Take(MostWords)
            .Select(token => vocabulary[inputs.Ids[token]]);
        return string.Join(' ', words);
    }

    private static IEnumerable<long> Steps(long start, long end)
    {
        for (long step = start; step < end; step++)
        {
            yield return step;
        }
    }
}
