using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.Linq;
using System.Threading;
using SeqLoss.Cli.Check;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Compare;
using SeqLoss.Cli.Frameworks;
using SeqLoss.Cli.Info;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Streaming;
using SeqLoss.Cli.Terminals;
using SeqLoss.Cli.Train;
using SeqLoss.Cli.Translate;

namespace SeqLoss.Cli;

/// <summary>The command <c>seqloss</c>: parses, lets a verb do the work, and reports what went wrong.</summary>
/// <param name="terminal">Where results and errors go.</param>
/// <param name="cancellation">Cancelled when the work is to stop.</param>
/// <param name="blockBytes">The size of the blocks in which files are gone through.</param>
internal sealed class CommandLineTool(Terminal terminal, CancellationToken cancellation, long blockBytes = BlockPlan.DefaultBytes)
{
    private const string Description = "seqloss: sequence-to-sequence models, trained and used; and their losses, exact, from .npy files.";

    // A file may be called @name, and -abc is no bundle of options: what is written is meant as it is written.
    private static readonly ParserConfiguration _asWritten = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly Verb[] verbs =
    [
        new TrainCommand(), new TranslateCommand(),
        new LossCommand(blockBytes), new CompareCommand(), new CheckCommand(), new ConventionsCommand(), new InfoCommand(),
    ];

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit status.</returns>
    internal int Run(IReadOnlyList<string> arguments)
    {
        Verb? verb = null;
        try
        {
            var help = new HelpOption("--help", "-h", "-?");
            var version = new Option<bool>("--version") { Arity = ArgumentArity.Zero };
            var root = new RootCommand(Description);
            root.Options.Clear();
            root.Directives.Clear();
            root.Add(help);
            root.Add(version);
            foreach (Verb each in verbs)
            {
                root.Add(each.ToCommand());
            }

            ParseResult result = root.Parse(arguments, _asWritten);
            verb = Array.Find(
                verbs,
                each => each.Name == result.CommandResult.Command.Name && result.CommandResult.Command is not RootCommand);
            int status = Run(result, verb, help, version);
            terminal.Output.Flush();
            return status;
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(exception, terminal.Error, verb);
        }
    }

    private int Run(ParseResult result, Verb? verb, HelpOption help, Option<bool> version)
    {
        if (result.GetResult(help) is { Implicit: false })
        {
            WriteHelp(verb);
            return ExitStatus.Success;
        }

        if (verb is not null)
        {
            UsageCheck.Check(result, verb);
            return verb.Run(new OptionValues(result), terminal, cancellation);
        }

        if (result.GetResult(version) is { Implicit: false } && result.UnmatchedTokens.Count == 0)
        {
            terminal.Output.WriteLine($"seqloss {Versions.Tool}");
            return ExitStatus.Success;
        }

        throw UsageCheck.DescribeNoVerb(result, [.. verbs.Select(each => each.Name)]);
    }

    private void WriteHelp(Verb? verb)
    {
        if (verb is null)
        {
            HelpPage.WriteTool(terminal.Output, Description, verbs, terminal.Width);
        }
        else
        {
            HelpPage.WriteVerb(terminal.Output, verb, terminal.Width);
        }
    }
}
