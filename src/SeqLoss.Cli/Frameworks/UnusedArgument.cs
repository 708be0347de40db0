using System;

namespace SeqLoss.Cli.Frameworks;

/// <summary>An argument that has no effect on the number, or only one value that can be computed; it is accepted, but not listed.</summary>
/// <param name="name">The framework's name.</param>
/// <param name="accepted">The values that may stand there; None always may. Empty: any.</param>
internal sealed class UnusedArgument(string name, params string[] accepted) : Argument(name)
{
    internal override string? Meaning => null;

    internal override bool IsRequired => false;

    internal override string Signature => Name;

    internal override object? Parse(string text)
    {
        string word = Unquoted(text);
        bool isAccepted = accepted.Length == 0
            || Arguments.IsNone(word)
            || Array.Exists(accepted, each => string.Equals(each, word, StringComparison.OrdinalIgnoreCase))
            || (Arguments.TryReadNumber(word, out double number)
                && Array.Exists(accepted, each => Arguments.TryReadNumber(each, out double other) && other == number));
        return isAccepted ? null : throw Refusal(text, $"only {string.Join(" or ", accepted)} can be computed: leave it out");
    }
}
