namespace SeqLoss.Cli.Frameworks;

/// <summary>An argument of a framework's loss, by the framework's own name.</summary>
/// <param name="name">The name.</param>
internal abstract class Argument(string name)
{
    internal string Name { get; } = name;

    /// <summary>What it means, for the list; <see langword="null"/> for arguments that are accepted but not listed.</summary>
    internal abstract string? Meaning { get; }

    /// <summary>Whether the framework has no default for it.</summary>
    internal abstract bool IsRequired { get; }

    /// <summary>How a Python signature shows it: <c>ignore_index=-100</c>.</summary>
    internal abstract string Signature { get; }

    /// <summary>Reads its value from <c>--set</c>.</summary>
    /// <exception cref="UsageException">The text is none of its values.</exception>
    internal abstract object? Parse(string text);

    /// <summary>Leaves out the quotation marks that Python puts around words.</summary>
    protected static string Unquoted(string text)
    {
        string trimmed = text.Trim();
        bool isQuoted = trimmed.Length >= 2 && trimmed[0] == trimmed[^1] && trimmed[0] is '\'' or '"';
        return isQuoted ? trimmed[1..^1] : trimmed;
    }

    protected UsageException Refusal(string text, string needed) => new($"--set {Name} is '{text}': {needed}");
}
