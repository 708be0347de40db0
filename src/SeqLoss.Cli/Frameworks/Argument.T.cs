namespace SeqLoss.Cli.Frameworks;

/// <summary>Reads a value; <see langword="false"/> where the text is none.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal delegate bool TryRead<T>(string text, out T value);

/// <summary>An argument with a value of a type.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="name">The framework's name.</param>
/// <param name="defaultText">The framework's default as Python writes it; <see langword="null"/> if there is none.</param>
/// <param name="defaultValue">The framework's default.</param>
/// <param name="tryRead">Reads a value.</param>
/// <param name="needed">What a value is, for the refusal of another.</param>
/// <param name="meaning">What it means.</param>
internal sealed class Argument<T>(string name, string? defaultText, T defaultValue, TryRead<T> tryRead, string needed, string meaning)
    : Argument(name)
{
    internal T Default { get; } = defaultValue;

    internal override bool IsRequired { get; } = defaultText is null;

    internal override string? Meaning { get; } = meaning;

    internal override string Signature => IsRequired ? Name : $"{Name}={defaultText}";

    internal override object? Parse(string text)
        => tryRead(Unquoted(text), out T value) ? value : throw Refusal(text, needed);
}
