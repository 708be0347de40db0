using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Text;

namespace SeqLoss.Training.Data;

/// <summary>Makes a corpus of pairs of lines.</summary>
public static class TextCorpus
{
    /// <summary>Encodes every pair.</summary>
    /// <param name="pairs">The text; pair i is called line i + 1 in messages.</param>
    /// <param name="name">What messages call the text, such as its path.</param>
    /// <param name="source">Encodes what the encoder reads.</param>
    /// <param name="target">Encodes what the decoder is taught.</param>
    /// <param name="limit">How long sequences may be.</param>
    /// <param name="counts">What became of the pairs; not those that follow an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of <paramref name="limit"/> is outside its range.</exception>
    /// <exception cref="ModelFileException">
    /// There are no pairs, a sequence is longer than the limit and the policy is <see cref="LongSequences.Fail"/>, or more pairs than
    /// <see cref="LengthLimit.MaxAffectedShare"/> were dropped or truncated.
    /// </exception>
    public static PairCorpus Encode(
        IEnumerable<TextPair> pairs, string name, Tokenizer source, Tokenizer target, LengthLimit limit, out CorpusCounts counts)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return EncodeNumbered(Numbered(pairs), name, source, target, limit, out counts);
    }

    /// <summary>All pairs of a text.</summary>
    internal static IEnumerable<NumberedPair> Numbered(IEnumerable<TextPair> pairs)
        => pairs.Select((pair, i) => new NumberedPair(i + 1, pair));

    /// <summary>Encodes pairs that need not be all of their text.</summary>
    /// <inheritdoc cref="Encode(IEnumerable{TextPair}, string, Tokenizer, Tokenizer, LengthLimit, out CorpusCounts)"/>
    internal static PairCorpus EncodeNumbered(
        IEnumerable<NumberedPair> pairs, string name, Tokenizer source, Tokenizer target, LengthLimit limit, out CorpusCounts counts)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(limit);
        limit.Validate();
        var (sources, targets) = (new TokenStore(), new TokenStore());
        var (sourceIds, targetIds) = (new List<int>(), new List<int>());
        List<int> lines = [];
        int read = 0, dropped = 0, truncated = 0, empty = 0;
        long unknownSource = 0, unknownTarget = 0;
        foreach ((int line, TextPair pair) in pairs)
        {
            read++;
            Encode(source, pair.Source, sourceIds);
            Encode(target, pair.Target, targetIds);
            if (sourceIds.Count > limit.MaxSourceLength || targetIds.Count > limit.MaxTargetLength)
            {
                if (limit.LongSequences == LongSequences.Fail)
                {
                    throw new ModelFileException(
                        $"{name}: line {line}: the pair has {sourceIds.Count} source and {targetIds.Count} target tokens, the limits are "
                        + $"{limit.MaxSourceLength} and {limit.MaxTargetLength}; raise them, or drop or truncate what is longer");
                }

                if (limit.LongSequences == LongSequences.Drop)
                {
                    dropped++;
                    continue;
                }

                truncated++;
                Truncate(sourceIds, limit.MaxSourceLength);
                Truncate(targetIds, limit.MaxTargetLength);
            }

            empty += sourceIds.Count == 1 || targetIds.Count == 1 ? 1 : 0;
            unknownSource += CollectionsMarshal.AsSpan(sourceIds).Count(SpecialTokens.Unknown);
            unknownTarget += CollectionsMarshal.AsSpan(targetIds).Count(SpecialTokens.Unknown);
            sources.Add(CollectionsMarshal.AsSpan(sourceIds));
            targets.Add(CollectionsMarshal.AsSpan(targetIds));
            lines.Add(line);
        }

        counts = new CorpusCounts(read, dropped, truncated, empty, unknownSource, unknownTarget);
        CheckCounts(counts, name, limit);
        return new PairCorpus(sources, targets) { Lines = new TextLines(name, lines) };
    }

    private static void Encode(Tokenizer tokenizer, string line, List<int> ids)
    {
        ids.Clear();
        tokenizer.Encode(line, ids);
    }

    private static void Truncate(List<int> ids, int maxLength)
    {
        if (ids.Count > maxLength)
        {
            CollectionsMarshal.SetCount(ids, maxLength);
            ids[^1] = SpecialTokens.End;
        }
    }

    private static void CheckCounts(CorpusCounts counts, string name, LengthLimit limit)
    {
        if (counts.Read == 0)
        {
            throw new ModelFileException($"{name}: there are no pairs of lines; give text to train on");
        }

        int affected = counts.Dropped + counts.Truncated;
        if (counts.Dropped == counts.Read || affected > limit.MaxAffectedShare * counts.Read)
        {
            string share = limit.MaxAffectedShare.ToString("P1", CultureInfo.InvariantCulture);
            throw new ModelFileException(
                $"{name}: {affected} of {counts.Read} pairs are longer than {limit.MaxSourceLength} source "
                + $"or {limit.MaxTargetLength} target tokens, more than the {share} that may be; raise the limits, or that share");
        }
    }
}
