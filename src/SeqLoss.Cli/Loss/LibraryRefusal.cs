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

        return new BadFileException($"{FileOf(message, request)}: {message}", refusal);
    }

    /// <summary>The file that a sentence is about, by its subject.</summary>
    private static string FileOf(string message, LossRequest request)
    {
        (string Subject, string? File)[] files =
        [
            ("target", request.Targets), ("the target", request.Targets), ("mask", request.Mask), ("token weights", request.Weights),
            ("lengths", request.Lengths), ("example weights", request.ExampleWeights), ("there are", request.ClassWeights),
        ];
        string? file = Array.Find(files, file => message.StartsWith(file.Subject, StringComparison.Ordinal)).File;
        return file ?? request.Scores;
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
