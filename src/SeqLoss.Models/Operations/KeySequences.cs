using System;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Operations;

/// <summary>Whose keys, and how many of them, the queries of each sequence may attend to; an operation keeps it for its way back.</summary>
internal sealed class KeySequences
{
    private int[] _lengths = [];
    private int[] _sequences = [];

    /// <summary>Copies what attention was told.</summary>
    /// <param name="queries">Which row is which query.</param>
    /// <param name="keys">Which row is which key.</param>
    /// <param name="lengths">For each sequence of queries the keys that it may attend to, in 0..keys.</param>
    /// <param name="sequences">For each sequence of queries that of its keys; empty: its own.</param>
    /// <exception cref="ArgumentException">
    /// There is not one length for each sequence of queries, one is not in 0..keys, or keys are named that are not there.
    /// </exception>
    public void Set(in RowGrid queries, in RowGrid keys, ReadOnlySpan<int> lengths, ReadOnlySpan<int> sequences)
    {
        if (lengths.Length != queries.Count || lengths.ContainsAnyExceptInRange(0, keys.Steps))
        {
            throw new ArgumentException(
                $"{lengths.Length} lengths for {queries.Count} sequences of queries and {keys.Steps} keys each.", nameof(lengths));
        }

        bool areThere = sequences.IsEmpty
            ? queries.Count == keys.Count
            : sequences.Length == queries.Count && !sequences.ContainsAnyExceptInRange(0, keys.Count - 1);
        if (!areThere)
        {
            throw new ArgumentException(
                $"{sequences.Length} sequences of keys are named for {queries.Count} of queries, and there are {keys.Count}.",
                nameof(sequences));
        }

        if (_lengths.Length < lengths.Length)
        {
            _lengths = new int[lengths.Length];
            _sequences = new int[lengths.Length];
        }

        lengths.CopyTo(_lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            _sequences[i] = sequences.IsEmpty ? i : sequences[i];
        }
    }

    /// <summary>The keys that a sequence of queries may attend to.</summary>
    public int LengthOf(int sequence) => _lengths[sequence];

    /// <summary>Whose keys they are.</summary>
    public int SequenceOf(int sequence) => _sequences[sequence];
}
