using System;
using System.Globalization;
using System.Text;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Training.Data;

/// <summary>Pairs of a source and a target sequence, each tokens or features.</summary>
public sealed class PairCorpus
{
    private const int MostPairsNamed = 8;

    /// <param name="source">What the encoder reads.</param>
    /// <param name="target">What the decoder is taught.</param>
    /// <exception cref="ArgumentException">The sides have different numbers of sequences.</exception>
    public PairCorpus(SequenceStore source, SequenceStore target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Count != target.Count)
        {
            throw new ArgumentException($"There are {source.Count} source sequences and {target.Count} target sequences.", nameof(target));
        }

        (Source, Target) = (source, target);
    }

    /// <summary>What the encoder reads.</summary>
    public SequenceStore Source { get; }

    /// <summary>What the decoder is taught.</summary>
    public SequenceStore Target { get; }

    /// <summary>The number of pairs.</summary>
    public int Count => Source.Count;

    /// <summary>Where the pairs were read; <see langword="null"/>: they are of no text.</summary>
    internal TextLines? Lines { get; init; }

    /// <summary>An empty batch of this corpus' kinds, to be filled again and again.</summary>
    public PairBatch CreateBatch() => new(new SequenceBatch(Source.FeatureCount), new SequenceBatch(Target.FeatureCount));

    /// <summary>Puts pairs into a batch, as long as the longest of them; allocates only where the batch has to grow.</summary>
    /// <param name="indexes">The pairs, at least 1.</param>
    /// <param name="batch">Made by <see cref="CreateBatch"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no indexes, or there is no such pair. The batch is undefined.</exception>
    public void Fill(ReadOnlySpan<int> indexes, PairBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Fill(Source, indexes, batch.Source);
        Fill(Target, indexes, batch.Target);
    }

    /// <summary>A pair as the subject of a sentence: by its line, or, counted from 1, by its place in the corpus.</summary>
    internal string NameOf(int pair) => Lines is null ? $"pair {pair + 1}" : $"{Lines.Name}: line {Lines.Numbers[pair]}: the pair";

    /// <summary>The first of several pairs, named likewise, and how many more there are.</summary>
    internal string NamesOf(ReadOnlySpan<int> pairs)
    {
        StringBuilder names = new(Lines is null ? "pairs " : "lines ");
        for (int i = 0; i < Math.Min(pairs.Length, MostPairsNamed); i++)
        {
            names.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}{Lines?.Numbers[pairs[i]] ?? pairs[i] + 1}");
        }

        string others = pairs.Length > MostPairsNamed ? $" and {pairs.Length - MostPairsNamed} more" : "";
        return $"{names}{others}{(Lines is null ? "" : $" of {Lines.Name}")}";
    }

    private static void Fill(SequenceStore store, ReadOnlySpan<int> indexes, SequenceBatch batch)
    {
        int longest = 0;
        foreach (int index in indexes)
        {
            longest = Math.Max(longest, store.Length(index));
        }

        batch.Reshape(indexes.Length, longest);
        for (int row = 0; row < indexes.Length; row++)
        {
            store.CopyTo(indexes[row], batch, row);
        }
    }
}
