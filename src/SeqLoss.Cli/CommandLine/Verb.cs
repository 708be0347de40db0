using System.Collections.Generic;
using System.CommandLine;
using System.Threading;
using SeqLoss.Cli.Terminals;

namespace SeqLoss.Cli.CommandLine;

/// <summary>One verb of the tool: its options, its examples and what it does.</summary>
internal abstract class Verb(string name, string description)
{
    internal string Name { get; } = name;

    internal string Description { get; } = description;

    /// <summary>The options under their headings.</summary>
    internal abstract IReadOnlyList<OptionGroup> Groups { get; }

    /// <summary>The one word that may stand beside the options, or <see langword="null"/>.</summary>
    internal virtual Argument<string>? Positional => null;

    /// <summary>Command lines that work, with what they show.</summary>
    internal abstract IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; }

    /// <summary>What to do where memory runs out, besides ending other programs.</summary>
    internal virtual string MemorySaver => "split the batch and add the sums";

    /// <summary>The command as the parser knows it.</summary>
    internal Command ToCommand()
    {
        var command = new Command(Name, Description);
        if (Positional is { } positional)
        {
            command.Add(positional);
        }

        foreach (OptionGroup group in Groups)
        {
            foreach (Option option in group.Options)
            {
                command.Add(option);
            }
        }

        return command;
    }

    /// <summary>Does the work.</summary>
    /// <returns>The exit status.</returns>
    internal abstract int Run(OptionValues values, Terminal terminal, CancellationToken cancellation);
}
