using System.Collections.Generic;
using System.CommandLine;

namespace SeqLoss.Cli.CommandLine;

/// <summary>Options that belong together, under their heading in help.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Options">The options.</param>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options)
{
    /// <summary>An option with a value.</summary>
    internal static Option<string> Value(string name, string valueName, string description, bool isRequired = false) => new(name)
    {
        HelpName = valueName,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        Required = isRequired,
    };

    /// <summary>An option with several values, which may be given more than once.</summary>
    internal static Option<string[]> Values(string name, string valueName, string description) => new(name)
    {
        HelpName = valueName,
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>A word without a name, which may be left out.</summary>
    internal static Argument<string> Word(string valueName, string description) => new(valueName)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>An option that is there or not.</summary>
    internal static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };
}
