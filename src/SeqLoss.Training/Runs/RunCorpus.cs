using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Text;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>The text of a run as tokens.</summary>
internal sealed record RunCorpus
{
    // A stream of CounterRandom apart from those of other uses under the same seed.
    private const ulong HeldOutStream = 0x4E1D_0000_0000_0000;
    private const int LeastShareOfTraining = 10;

    internal required TokenizerPair Tokenizers { get; init; }

    internal required PairCorpus Training { get; init; }

    internal required CorpusCounts Counts { get; init; }

    /// <summary><see langword="null"/>: there is nothing to validate with.</summary>
    internal PairCorpus? Validation { get; init; }

    /// <summary>The pairs that were held out of the training text to validate with.</summary>
    internal int HeldOut { get; init; }

    /// <summary>What the trained model is judged by.</summary>
    internal required IReadOnlyList<TestText> Tests { get; init; }

    /// <summary>Makes tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizers">Those to use; <see langword="null"/>: they are learned from the training pairs.</param>
    /// <param name="isShared">Whether both sides are to have one vocabulary.</param>
    /// <param name="seed">Chooses what is held out.</param>
    /// <exception cref="SeqLoss.Models.Files.ModelFileException">There are no pairs, or too many are too long.</exception>
    internal static RunCorpus Encode(RunText text, TokenizerPair? tokenizers, bool isShared, ulong seed)
    {
        NumberedPair[] all = [.. TextCorpus.Numbered(text.Training)];
        (NumberedPair[] training, NumberedPair[] heldOut) = HoldOut(text, all, seed);
        tokenizers ??= Learn(text, training, isShared);
        PairCorpus corpus = EncodePairs(all, text.Name, tokenizers, text.Limit, out CorpusCounts counts);
        NumberedPair[] validation = [.. TextCorpus.Numbered(text.Validation)];
        LengthLimit limit = text.Limit;
        if (heldOut.Length > 0)
        {
            // All pairs have been encoded once, which judges the share of long ones.
            validation = heldOut;
            limit = limit with { MaxAffectedShare = 1 };
            corpus = EncodePairs(training, text.Name, tokenizers, limit, out _);
        }

        return new RunCorpus
        {
            Tokenizers = tokenizers,
            Training = corpus,
            Counts = counts,
            Validation = validation.Length == 0 ? null : EncodePairs(validation, text.ValidationName, tokenizers, limit, out _),
            HeldOut = heldOut.Length,
            Tests = text.Tests.Count > 0 || validation.Length == 0
                ? text.Tests
                : [new TestText("validation", [.. validation.Select(pair => pair.Text)])],
        };
    }

    private static PairCorpus EncodePairs(
        IEnumerable<NumberedPair> pairs, string name, TokenizerPair tokenizers, LengthLimit limit, out CorpusCounts counts)
        => TextCorpus.EncodeNumbered(pairs, name, tokenizers.Source!, tokenizers.Target!, limit, out counts);

    private static TokenizerPair Learn(RunText text, NumberedPair[] training, bool isShared)
    {
        IEnumerable<string> sources = training.Select(pair => pair.Text.Source);
        IEnumerable<string> targets = training.Select(pair => pair.Text.Target);
        if (isShared)
        {
            Tokenizer both = LearnSide(text, sources.Concat(targets));
            return new TokenizerPair(both, both);
        }

        return new TokenizerPair(LearnSide(text, sources), LearnSide(text, targets));
    }

    private static Tokenizer LearnSide(RunText text, IEnumerable<string> lines)
        => Tokenizer.Learn(text.Tokens, lines, text.MinimumCount, text.MaximumVocabulary);

    /// <summary>Takes random pairs out of the training text where there is no other to validate with.</summary>
    private static (NumberedPair[] Training, NumberedPair[] HeldOut) HoldOut(RunText text, NumberedPair[] all, ulong seed)
    {
        int count = text.Validation.Count > 0 ? 0 : Math.Min(text.MostHeldOut, all.Length / LeastShareOfTraining);
        if (count == 0)
        {
            return (all, []);
        }

        int[] order = [.. Enumerable.Range(0, all.Length)];
        new CounterRandom(seed, HeldOutStream).Shuffle<int>(order);
        HashSet<int> heldOut = [.. order.AsSpan(0, count)];
        return ([.. all.Where((_, i) => !heldOut.Contains(i))], [.. all.Where((_, i) => heldOut.Contains(i))]);
    }
}
