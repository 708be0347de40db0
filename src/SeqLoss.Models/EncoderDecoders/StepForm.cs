using System;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>What a step of a sequence is: one of V tokens, or F features.</summary>
public sealed record StepForm
{
    /// <summary>V, special ids included; 0 for features.</summary>
    public int VocabularySize { get; init; }

    /// <summary>F; 0 for tokens.</summary>
    public int FeatureCount { get; init; }

    /// <summary>Steps that are tokens.</summary>
    public static StepForm Tokens(int vocabularySize) => new() { VocabularySize = vocabularySize };

    /// <summary>Steps that are rows of numbers.</summary>
    public static StepForm Features(int featureCount) => new() { FeatureCount = featureCount };

    internal bool IsTokens => VocabularySize > 0;

    internal void Check(string side)
    {
        if (VocabularySize < 0 || FeatureCount < 0 || (VocabularySize > 0) == (FeatureCount > 0))
        {
            throw new ArgumentException(
                $"The {side} has a vocabulary of {VocabularySize} and {FeatureCount} features: exactly one of them has to be above 0.");
        }
    }
}
