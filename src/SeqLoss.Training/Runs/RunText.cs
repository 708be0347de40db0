using System.Collections.Generic;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>The text of a run, and how it becomes tokens.</summary>
internal sealed record RunText
{
    /// <summary>What messages call the training pairs.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<TextPair> Training { get; init; }

    /// <summary>What messages call the validation pairs.</summary>
    public required string ValidationName { get; init; }

    /// <summary>None: part of the training pairs is held out.</summary>
    public required IReadOnlyList<TextPair> Validation { get; init; }

    /// <summary>What the trained model is judged by; none: by the validation pairs.</summary>
    public IReadOnlyList<TestText> Tests { get; init; } = [];

    /// <summary>The most pairs to hold out where there are no validation pairs.</summary>
    public int MostHeldOut { get; init; }

    public TokenizerKind Tokens { get; init; } = TokenizerKind.Characters;

    public long MinimumCount { get; init; } = 1;

    public int MaximumVocabulary { get; init; } = int.MaxValue;

    public required LengthLimit Limit { get; init; }
}

/// <summary>Pairs that a trained model is judged by.</summary>
/// <param name="Name">What they are, as words of a report.</param>
/// <param name="Pairs">The pairs, at least one.</param>
internal sealed record TestText(string Name, IReadOnlyList<TextPair> Pairs);
