using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.Frameworks;

/// <summary><c>seqloss conventions</c>: the losses that <c>seqloss loss --as</c> computes, and their arguments.</summary>
internal sealed class ConventionsCommand : Verb
{
    /// <summary>What continues a signature, or explains it, is set in.</summary>
    private const int Indent = 4;

    private readonly Option<string> name = OptionGroup.Value("--as", "NAME", "Show the arguments of one of them; default: list all.");

    internal ConventionsCommand()
        : base("conventions", "List the losses of other frameworks that 'seqloss loss --as' computes, and their arguments.")
    {
    }

    internal override IReadOnlyList<OptionGroup> Groups => [new("Options", [name])];

    internal override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("seqloss conventions", "all of them, with their arguments and defaults"),
        ("seqloss conventions --as keras.CategoricalCrossentropy", "one, with what its arguments mean and how they are given"),
    ];

    internal override int Run(OptionValues values, Terminal terminal, CancellationToken cancellation)
    {
        if (values.Text(name) is { } given)
        {
            WriteOne(terminal.Output, FrameworkCatalogue.Find(name.Name, given), terminal.Width);
        }
        else
        {
            WriteAll(terminal.Output, terminal.Width);
        }

        return ExitStatus.Success;
    }

    private static void WriteAll(TextWriter output, int width)
    {
        foreach (FrameworkLoss loss in FrameworkCatalogue.All)
        {
            WrappedText.Write(output, loss.Signature, Indent, width);
            output.Write(new string(' ', Indent));
            WrappedText.Write(output, loss.Meaning, Indent, width);
        }
    }

    private static void WriteOne(TextWriter output, FrameworkLoss loss, int width)
    {
        WrappedText.Write(output, loss.Signature, Indent, width);
        WrappedText.Write(output, loss.Meaning, 0, width);
        output.WriteLine();
        WrappedText.Write(output, $"Other names: {string.Join(", ", loss.Aliases)}.", 0, width);
        IEnumerable<Argument> listed = loss.Arguments.Where(argument => argument.Meaning is not null);
        HelpPage.WriteRows(output, "Arguments", listed.Select(argument => (argument.Signature, argument.Meaning!)), width);
        HelpPage.WriteRows(
            output,
            "Options that go with it",
            [
                .. loss.DefaultScoreForm is { } form
                    ? new[] { ("--scores-are S", $"logits, log-probs or probs; default {LossChoices.ScoreForms.NameOf(form)}.") }
                    : [],
                .. loss.TakesLayout ? new[] { ("--layout L", "tbv or btv; default tbv.") } : [],
                ("--set ARGUMENT=VALUE ...", "All arguments that are no arrays."),
                ("--output, --gradient, --upstream, --json", "As without --as."),
                .. loss.GivesLogProbs ? new[] { ("--log-probs F", "Write the log-probabilities, the second output.") } : [],
            ],
            width);
        output.WriteLine();
        output.WriteLine("Example");
        output.WriteLine($"  {ExampleOf(loss)}");
    }

    private static string ExampleOf(FrameworkLoss loss)
    {
        IEnumerable<string> files = loss.Arrays
            .Where(array => array.IsRequired)
            .Select(array => $" {ArrayArgument.OptionNameOf(array.File)} {array.Name}.npy");
        IEnumerable<string> needed = loss.Arguments
            .Where(argument => argument.IsRequired && argument is not ArrayArgument)
            .Select(argument => $" --set {argument.Name}=1");
        return $"seqloss loss --as {loss.Name}{string.Concat(files)}{string.Concat(needed)}";
    }
}
