using System.Linq;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;
using SeqLoss.Diagnostics;
using Spectre.Console;
using Paragraph = Spectre.Console.Text;

namespace SeqLoss.Cli.Check;

/// <summary>The findings for people: what, where, on what evidence, and what to do.</summary>
internal static class FindingReport
{
    private const int Indent = 2;

    internal static void Write(Terminal terminal, LossRequest request, CheckFiles files, CheckReport report)
    {
        string looked = LookedAt(request, files, report);
        if (report.Findings.Count == 0)
        {
            terminal.Output.WriteLine($"nothing found: {looked}");
            return;
        }

        IAnsiConsole console = terminal.OutputConsole();
        foreach (Finding finding in report.Findings)
        {
            string place = finding.Position is { } position ? $" at {position}" : "";
            console.Write(new Paragraph($"{NameOf(finding.Severity)} {finding.Id}{place}\n", StyleOf(finding.Severity)));
            WriteIndented(terminal, $"{finding.Message}.");
            WriteIndented(terminal, $"Cure: {finding.Cure}.");
            WriteIndented(terminal, $"See docs/symptoms.md#{finding.Id.ToLowerInvariant()}");
            terminal.Output.WriteLine();
        }

        string counts = string.Join(", ", new[] { FindingSeverity.Error, FindingSeverity.Warning, FindingSeverity.Note }
            .Select(severity => (severity, Count: report.Findings.Count(finding => finding.Severity == severity)))
            .Where(each => each.Count > 0)
            .Select(each => Numbers.Counted(each.Count, NameOf(each.severity))));
        terminal.Output.WriteLine($"{counts}: {looked}");
    }

    internal static string NameOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        _ => "note",
    };

    private static string LookedAt(LossRequest request, CheckFiles files, CheckReport report)
    {
        string scores = $"{LossChoices.ScoreForms.NameOf(request.ScoresAre)} {files.DescribeScores()}, {request.Layout}";
        return report.Positions == 0
            ? scores
            : $"{scores}; {Numbers.Count(report.Counted)} of {Numbers.Counted(report.Positions, "position")} counted, mean loss "
                + $"{Numbers.Real(report.Loss)} nats";
    }

    private static void WriteIndented(Terminal terminal, string text)
    {
        terminal.Output.Write(new string(' ', Indent));
        WrappedText.Write(terminal.Output, text, Indent, terminal.Width);
    }

    private static Style StyleOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => new Style(Color.Red, decoration: Decoration.Bold),
        FindingSeverity.Warning => new Style(Color.Yellow, decoration: Decoration.Bold),
        _ => new Style(Color.Blue, decoration: Decoration.Bold),
    };
}
