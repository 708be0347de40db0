using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;

namespace SeqLoss.Cli.CommandLine;

/// <summary>What the command line says, option by option.</summary>
internal sealed class OptionValues(ParseResult result)
{
    internal bool Has(Option option) => result.GetResult(option) is { Implicit: false };

    internal bool Flag(Option<bool> option) => Has(option);

    internal string? Text(Option<string> option) => Has(option) ? result.GetValue(option) : null;

    internal string? Word(Argument<string> word)
        => result.GetResult(word) is { Implicit: false, Tokens.Count: > 0 } ? result.GetValue(word) : null;

    /// <summary>All values of an option that takes several.</summary>
    internal IReadOnlyList<string> Texts(Option<string[]> option) => (Has(option) ? result.GetValue(option) : null) ?? [];

    internal string RequiredText(Option<string> option) => result.GetRequiredValue(option);

    internal T? Choice<T>(Option<string> option, Choices<T> choices)
        where T : struct
        => Text(option) is { } text ? choices.Parse(option.Name, text) : null;

    /// <summary>A finite number, in the spelling of programs and not of the user's culture.</summary>
    internal double? Number(Option<string> option)
        => Text(option) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
        : throw new UsageException($"{option.Name} is '{text}', which is no number: write it like 0.1 or 1e-4");

    internal long? Integer(Option<string> option)
        => Text(option) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw new UsageException($"{option.Name} is '{text}', which is no whole number of 64 bits: write it like -100");

    internal int? SmallInteger(Option<string> option)
        => Integer(option) is not { } number ? null
        : number is >= int.MinValue and <= int.MaxValue ? (int)number
        : throw new UsageException($"{option.Name} is {number}: it is at most {int.MaxValue}");

    /// <summary>A number that counts something.</summary>
    internal int? Count(Option<string> option)
        => SmallInteger(option) is not { } number ? null
        : number >= 1 ? number
        : throw new UsageException($"{option.Name} is {number}: it is at least 1");
}
