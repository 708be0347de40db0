using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.CommandLine;

/// <summary>Writes help: what the tool or a verb does, its options under their headings, and examples.</summary>
internal static class HelpPage
{
    private const int Indent = 2;

    /// <summary>Options longer than this stand on a line of their own.</summary>
    private const int WidestName = 28;

    internal static void WriteTool(TextWriter output, string description, IReadOnlyList<Verb> verbs, int width)
    {
        output.WriteLine(description);
        output.WriteLine();
        output.WriteLine("Usage: seqloss VERB [options]");
        WriteRows(output, "Verbs", verbs.Select(verb => (verb.Name, verb.Description)), width);
        WriteRows(
            output,
            "Options",
            [("--help", "Show this page, or with a verb the page of the verb."), ("--version", "Show the version.")],
            width);
        output.WriteLine();
        output.WriteLine("Examples");
        foreach (Verb verb in verbs)
        {
            output.WriteLine($"  {verb.Examples[0].CommandLine}");
        }

        WriteStatuses(output);
    }

    internal static void WriteVerb(TextWriter output, Verb verb, int width)
    {
        WrappedText.Write(output, verb.Description, 0, width);
        output.WriteLine();
        string word = verb.Positional is { } positional ? $" [{positional.Name}]" : "";
        output.WriteLine($"Usage: seqloss {verb.Name}{word}{Required(verb)} [options]");
        if (verb.Positional is { } described)
        {
            WriteRows(output, "Argument", [(described.Name, described.Description ?? "")], width);
        }

        foreach (OptionGroup group in verb.Groups)
        {
            WriteRows(output, group.Title, group.Options.Select(option => (NameOf(option), option.Description ?? "")), width);
        }

        WriteRows(output, "Help", [("--help", "Show this page.")], width);
        output.WriteLine();
        output.WriteLine(verb.Examples.Count == 1 ? "Example" : "Examples");
        foreach ((string commandLine, string meaning) in verb.Examples)
        {
            output.WriteLine($"  # {meaning}");
            output.WriteLine($"  {commandLine}");
        }

        WriteStatuses(output);
    }

    private static void WriteStatuses(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Exit status: 0 success, 1 a finding, 2 wrong use, 3 bad input, 130 stopped by Ctrl-C.");
    }

    private static string Required(Verb verb)
        => string.Concat(verb.Groups
            .SelectMany(group => group.Options)
            .Where(option => option.Required)
            .Select(option => $" {NameOf(option)}"));

    private static string NameOf(Option option) => option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;

    /// <summary>Writes names and what they mean under a heading.</summary>
    internal static void WriteRows(TextWriter output, string title, IEnumerable<(string Name, string Text)> rows, int width)
    {
        output.WriteLine();
        output.WriteLine(title);
        foreach ((string name, string text) in rows)
        {
            output.Write(new string(' ', Indent));
            output.Write(name);
            if (name.Length > WidestName)
            {
                output.WriteLine();
                output.Write(new string(' ', Indent + WidestName + 2));
            }
            else
            {
                output.Write(new string(' ', WidestName + 2 - name.Length));
            }

            WrappedText.Write(output, text, Indent + WidestName + 2, width);
        }
    }
}
