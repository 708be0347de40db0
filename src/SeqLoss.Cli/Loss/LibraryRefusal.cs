using System;

namespace SeqLoss.Cli.Loss;

/// <summary>Puts the library's sentences into the words of the command line: files and options instead of arguments.</summary>
internal static class LibraryRefusal
{
    /// <summary>Names the file that a refusal of data is about, and the cure where only the command line knows it.</summary>
    internal static BadFileException OfInput(LossInputException refusal, LossRequest request)
    {
        string message = InOptionWords(refusal.Message, request);
        if (message.StartsWith("the divisor of", StringComparison.Ordinal))
        {
            return new BadFileException(
                message.Replace("choose the policy Zero or NaN", "use --empty zero or nan", StringComparison.Ordinal), refusal);
        }

        // Shapes and weights have been checked by name before: what the library still finds is in the targets or in the scores.
        bool isOfTargets = message.StartsWith("target", StringComparison.Ordinal);
        return new BadFileException($"{(isOfTargets ? request.Targets : request.Scores)}: {message}", refusal);
    }

    /// <summary>Words a refusal of options.</summary>
    internal static UsageException OfOption(LossOptionException refusal, LossRequest request)
        => new(InOptionWords(refusal.Message, request));

    /// <summary>The library calls its enumerations by their names in C#.</summary>
    private static string InOptionWords(string message, LossRequest request) => message
        .TrimEnd('.')
        .Replace(request.Reduction.ToString(), LossChoices.Reductions.NameOf(request.Reduction), StringComparison.Ordinal)
        .Replace(nameof(SmoothingKind.OthersButPad), LossChoices.Smoothings.NameOf(SmoothingKind.OthersButPad), StringComparison.Ordinal)
        .Replace($"smoothing {nameof(SmoothingKind.Others)}", "smoothing others", StringComparison.Ordinal);
}
