using System;

namespace SeqLoss;

/// <summary>The last layer of a model: logits = hidden·vocabularyᵀ + bias.</summary>
/// <param name="vocabulary">One row of features for each class, <c>[V, D]</c>, <see cref="float"/> or BF16.</param>
public readonly ref struct VocabularyProjection(Scores vocabulary)
{
    /// <summary>One row of features for each class, <c>[V, D]</c>.</summary>
    public Scores Vocabulary { get; } = vocabulary;

    /// <summary>An addend for each class, <c>[V]</c>; empty for none. −∞ makes a class impossible.</summary>
    public ReadOnlySpan<float> Bias { get; init; }
}
