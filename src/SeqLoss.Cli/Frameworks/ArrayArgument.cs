namespace SeqLoss.Cli.Frameworks;

/// <summary>An argument that is an array, and so comes in a file.</summary>
/// <param name="name">The framework's name.</param>
/// <param name="file">What it is given by.</param>
/// <param name="meaning">Its shape.</param>
/// <param name="isRequired">Whether the framework has no default.</param>
internal sealed class ArrayArgument(string name, FrameworkFile file, string meaning, bool isRequired = false) : Argument(name)
{
    internal FrameworkFile File { get; } = file;

    internal override bool IsRequired { get; } = isRequired;

    /// <summary>Whether one number will do, by <c>--set</c>.</summary>
    internal bool TakesNumber { get; init; }

    /// <summary>Whether <c>--lengths</c> can make it, as <c>tf.sequence_mask</c> does.</summary>
    internal bool TakesLengths { get; init; }

    internal override string Meaning
        => $"{meaning}: by {OptionNameOf(File)} F{(TakesLengths ? ", or --lengths F" : "")}"
            + (TakesNumber ? $", one number by --set {Name}=1.5" : "");

    internal override string Signature => IsRequired ? Name : $"{Name}=None";

    internal static string OptionNameOf(FrameworkFile file) => file switch
    {
        FrameworkFile.Scores => "--scores",
        FrameworkFile.Targets => "--targets",
        FrameworkFile.Weights => "--weights",
        FrameworkFile.Mask => "--mask",
        _ => "--class-weights",
    };

    /// <summary>A number where one will do; else nothing but None, which leaves the array out.</summary>
    internal override object? Parse(string text)
    {
        string word = Unquoted(text);
        if (TakesNumber && Arguments.TryReadNumber(word, out double number))
        {
            return number;
        }

        bool isNone = Arguments.IsNone(word) && !IsRequired;
        return isNone ? null : throw Refusal(text, $"an array is given by {OptionNameOf(File)} F");
    }
}
