using System;
using System.Collections.Generic;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>Text from files.</summary>
internal abstract record TextData : DataOptions
{
    /// <summary>What a token is.</summary>
    public TokenizerKind Tokens { get; init; } = TokenizerKind.Characters;

    /// <summary>Rarer tokens are unknown, at least 1.</summary>
    public long MinimumCount { get; init; } = 1;

    /// <summary>The most tokens of a side, special ones included.</summary>
    public int MaximumVocabulary { get; init; } = 32_000;

    /// <summary>How long sequences may be.</summary>
    public LengthLimit Limit { get; init; } = new();

    /// <summary>The most pairs that are held out to validate where there are no files for that: at most a tenth of all; 0: none.</summary>
    public int HeldOutPairs { get; init; } = 1000;

    internal override RunText Load() => new()
    {
        Name = TrainingName,
        Training = [.. ReadTraining()],
        ValidationName = ValidationName ?? TrainingName,
        Validation = ValidationName is null ? [] : LoadValidation(),
        MostHeldOut = HeldOutPairs,
        Tokens = Tokens,
        MinimumCount = MinimumCount,
        MaximumVocabulary = MaximumVocabulary,
        Limit = Limit,
    };

    private TextPair[] LoadValidation()
    {
        TextPair[] pairs = [.. ReadValidation()];
        return pairs.Length > 0 ? pairs : throw new ModelFileException(
            $"{ValidationName}: there are no lines to validate with; give some, or name no file to hold pairs out of the training text");
    }

    /// <summary>The same, with what the vocabulary of another text was made by.</summary>
    internal TextData WithVocabularyOf(DataOptions other)
    {
        TextData begun = other as TextData ?? new TableData { Path = "" }; // what is generated has the defaults
        return this with { Tokens = begun.Tokens, MinimumCount = begun.MinimumCount, MaximumVocabulary = begun.MaximumVocabulary };
    }

    internal override string? FindMistake()
        => MinimumCount < 1 ? $"data.minimumCount is {MinimumCount}, it has to be at least 1"
        : MaximumVocabulary <= SpecialTokens.Count
            ? $"data.maximumVocabulary is {MaximumVocabulary}, it has to be above {SpecialTokens.Count}, the number of special tokens"
        : HeldOutPairs < 0 ? $"data.heldOutPairs is {HeldOutPairs}, it has to be at least 0"
        : Math.Min(Limit.MaxSourceLength, Limit.MaxTargetLength) < 1
            ? $"data.limit is {Limit.MaxSourceLength} and {Limit.MaxTargetLength} tokens, both have to be at least 1"
        : Limit.MaxAffectedShare is not (>= 0 and <= 1) ? $"data.limit.maxAffectedShare is {Limit.MaxAffectedShare}, it has to be in [0, 1]"
        : null;

    private protected abstract string TrainingName { get; }

    /// <summary><see langword="null"/>: there are no files to validate with.</summary>
    private protected abstract string? ValidationName { get; }

    private protected abstract IEnumerable<TextPair> ReadTraining();

    private protected abstract IEnumerable<TextPair> ReadValidation();
}
