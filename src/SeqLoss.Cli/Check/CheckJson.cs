using System.IO;
using System.Text.Json;
using SeqLoss.Diagnostics;

namespace SeqLoss.Cli.Check;

/// <summary>The findings as one JSON array.</summary>
internal static class CheckJson
{
    internal static void Write(TextWriter output, CheckReport report)
        => output.WriteLine(JsonText.ArrayOf(report.Findings, WriteFields));

    private static void WriteFields(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteString("id", finding.Id);
        writer.WriteString("severity", FindingReport.NameOf(finding.Severity));
        writer.WriteString("position", finding.Position?.ToString());
        writer.WriteString("message", finding.Message);
        writer.WriteString("cure", finding.Cure);
    }
}
