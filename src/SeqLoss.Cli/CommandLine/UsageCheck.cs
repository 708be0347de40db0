using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.CommandLine;

/// <summary>Says what is wrong with a command line, the most helpful thing first.</summary>
internal static class UsageCheck
{
    /// <summary>Checks that the words fit the verb: none unknown, missing or given twice.</summary>
    /// <exception cref="UsageException">They do not.</exception>
    internal static void Check(ParseResult result, Verb verb)
    {
        Option[] options = [.. verb.Groups.SelectMany(group => group.Options)];
        foreach (Option option in options)
        {
            CheckCount(result.GetResult(option), option);
        }

        if ((UnknownOption(result, verb) ?? (result.UnmatchedTokens is [var word, ..] ? word : null)) is { } first)
        {
            throw new UsageException(DescribeUnmatched(first, verb, options));
        }

        if (Array.Find(options, option => option.Required && (result.GetResult(option)?.IdentifierTokenCount ?? 0) == 0) is { } missing)
        {
            throw new UsageException($"{missing.Name} {missing.HelpName} is missing: {LowerFirst(missing.Description)}");
        }

        if (result.Errors is [var error, ..])
        {
            throw new UsageException(error.Message);
        }
    }

    /// <summary>Checks that a command line that names no verb says what the tool alone can do.</summary>
    internal static UsageException DescribeNoVerb(ParseResult result, IReadOnlyList<string> verbs)
    {
        string all = $"{string.Join(", ", verbs.SkipLast(1))} and {verbs[^1]}";
        if (result.UnmatchedTokens is not [var first, ..])
        {
            return new UsageException($"a verb is missing: the verbs are {all}");
        }

        string kind = first.StartsWith('-') ? "option" : "verb";
        string[] candidates = kind == "verb" ? [.. verbs] : ["--help", "--version"];
        return new UsageException(Spelling.Nearest(first, candidates) is { } nearest
            ? $"'{first}' is no {kind} of seqloss: perhaps {nearest} is meant"
            : $"'{first}' is no {kind} of seqloss: the verbs are {all}");
    }

    /// <summary>The parser takes an unknown option for the word that may stand alone; a file of that name is written ./--name.</summary>
    private static string? UnknownOption(ParseResult result, Verb verb)
        => verb.Positional is { } positional
            && result.GetResult(positional)?.Tokens is [var token, ..]
            && token.Value.StartsWith('-')
            ? token.Value
            : null;

    private static void CheckCount(OptionResult? result, Option option)
    {
        if (result is null or { Implicit: true })
        {
            return;
        }

        if (result.IdentifierTokenCount > 1 && !option.AllowMultipleArgumentsPerToken)
        {
            throw new UsageException($"{option.Name} is given {result.IdentifierTokenCount} times: give it once");
        }

        bool isFlag = option.Arity.MaximumNumberOfValues == 0;
        // The parser takes an option for a value where a value is due; a file of such a name can be written ./--name.
        bool hasValue = result.Tokens is [var token, ..]
            && token.Value.Length > 0
            && !token.Value.StartsWith("--", StringComparison.Ordinal);
        if (!isFlag && !hasValue)
        {
            throw new UsageException($"{option.Name} needs a value: {option.Name} {option.HelpName}");
        }
    }

    private static string DescribeUnmatched(string word, Verb verb, Option[] options)
    {
        if (!word.StartsWith('-'))
        {
            string most = Array.Find(options, option => option.AllowMultipleArgumentsPerToken) is { } several
                ? $"each of them but {several.Name}"
                : "each of them";
            string takes = verb.Positional is { } positional ? $"one {positional.Name} beside its options" : "options only";
            return $"'{word}' is unexpected: seqloss {verb.Name} takes {takes}, and {most} one value at most";
        }

        string name = word.Split('=', 2)[0];
        return Spelling.Nearest(name, options.Select(option => option.Name)) is { } nearest
            ? $"'{name}' is no option of seqloss {verb.Name}: perhaps {nearest} is meant"
            : $"'{name}' is no option of seqloss {verb.Name}";
    }

    private static string LowerFirst(string? text) => string.IsNullOrEmpty(text) ? "" : char.ToLowerInvariant(text[0]) + text[1..];
}
