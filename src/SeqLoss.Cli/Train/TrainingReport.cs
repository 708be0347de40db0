using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Cli.Loss;
using SeqLoss.Models.Files;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using SeqLoss.Training.Runs;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace SeqLoss.Cli.Train;

/// <summary>What a trained model can do: some of its outputs beside the truth, and how many of all are exact.</summary>
internal sealed class TrainingReport(TrainingRun run, RunDirectory directory, TrainingEnd end, IReadOnlyList<ExactMatch> tests)
{
    private const int RowCount = 15;

    internal void Write(IAnsiConsole console)
    {
        if (tests.Count == 0)
        {
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("", "input", "output", "truth");
        table.Title = new TableTitle($"{tests[0].Name}: the first {Rows(tests[0]).Count()}", new Style(decoration: Decoration.Bold));
        foreach (int row in Rows(tests[0]))
        {
            (TextPair pair, bool isExact) = (tests[0].Pairs[row], tests[0].IsExact(row));
            table.AddRow(
                new Cell(isExact ? "✓" : "✗", new Style(isExact ? Color.Green : Color.Red)),
                new Cell(Quoted.Printable(pair.Source)),
                new Cell(Quoted.Printable(tests[0].Outputs[row] ?? ""), new Style(isExact ? Color.Green : Color.Red)),
                new Cell(isExact ? "" : Quoted.Printable(pair.Target)));
        }

        console.Write(table);
        Table scores = new Table().NoBorder().HideHeaders().AddColumns("name", "share", "count");
        foreach (ExactMatch test in tests)
        {
            scores.AddRow(
                new Cell(test.Name),
                new Cell(Numbers.Percent(test.Share), new Style(decoration: Decoration.Bold)).RightJustified(),
                new Cell($"exact ({Numbers.Count(test.Count)} of {Numbers.Count(test.Pairs.Count)}{TooLong(test)})"));
        }

        console.Write(scores);
    }

    internal void WriteJson(TextWriter output)
    {
        TrainingState state = run.Trainer.State;
        output.WriteLine(JsonText.Of(writer =>
        {
            writer.WriteString("directory", directory.Path);
            writer.WriteString("end", WordOf(end));
            writer.WriteNumber("steps", state.Step);
            writer.WriteReal("bestStep", state.BestValue is null ? null : state.BestStep);
            writer.WriteReal("bestValidation", state.BestValue);
            writer.WriteStartArray("tests");
            foreach (ExactMatch test in tests)
            {
                writer.WriteStartObject();
                writer.WriteString("name", test.Name);
                writer.WriteNumber("pairs", test.Pairs.Count);
                writer.WriteNumber("exact", test.Count);
                writer.WriteNumber("tooLong", test.TooLong);
                writer.WriteReal("exactMatch", test.Share);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteRows(writer);
        }));
    }

    private void WriteRows(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("examples");
        foreach (int row in tests.Count == 0 ? [] : Rows(tests[0]))
        {
            writer.WriteStartObject();
            writer.WriteString("input", tests[0].Pairs[row].Source);
            writer.WriteString("output", tests[0].Outputs[row]);
            writer.WriteString("truth", tests[0].Pairs[row].Target);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string TooLong(ExactMatch test)
        => test.TooLong == 0 ? "" : $"; {Numbers.Count(test.TooLong)} too long to translate, not right";

    private static IEnumerable<int> Rows(ExactMatch test) => Enumerable.Range(0, System.Math.Min(RowCount, test.Pairs.Count));

    private static string WordOf(TrainingEnd end) => end switch
    {
        TrainingEnd.Steps => "steps",
        TrainingEnd.Epochs => "epochs",
        _ => "early-stopping",
    };
}
