using System;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Training.Data;

/// <summary>The sequences of one side of a corpus, one after another in memory.</summary>
public abstract class SequenceStore
{
    private int[] _ends = new int[16];

    private protected SequenceStore(int featureCount) => FeatureCount = featureCount;

    /// <summary>The features of a step, or 0 for tokens.</summary>
    public int FeatureCount { get; }

    /// <summary>The number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>The steps of sequence <paramref name="index"/>, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public int Length(int index) => Range(index).Length;

    /// <summary>Writes a sequence into a batch of the same kind; allocates nothing.</summary>
    /// <param name="index">Which sequence of the store.</param>
    /// <param name="batch">Where to; it has room for the sequence.</param>
    /// <param name="row">Which sequence of the batch.</param>
    internal abstract void CopyTo(int index, SequenceBatch batch, int row);

    /// <summary>The steps of a sequence: where the first one is, and how many there are.</summary>
    private protected (int Start, int Length) Range(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int start = index == 0 ? 0 : _ends[index - 1];
        return (start, _ends[index] - start);
    }

    /// <summary>Appends <paramref name="values"/>, <paramref name="length"/> steps of them, to what is stored.</summary>
    private protected void Append<T>(ref T[] stored, ReadOnlySpan<T> values, int length)
    {
        if (length == 0)
        {
            throw new ArgumentException("A sequence has at least one step.", nameof(values));
        }

        int lastEnd = Count == 0 ? 0 : _ends[Count - 1];
        int used = lastEnd * (values.Length / length);
        if (values.Length > Array.MaxLength - used)
        {
            throw new ModelFileException($"A corpus holds at most {Array.MaxLength} numbers a side; train on a part of it");
        }

        stored = WithRoom(stored, used + values.Length);
        values.CopyTo(stored.AsSpan(used));
        _ends = WithRoom(_ends, Count + 1);
        _ends[Count++] = lastEnd + length;
    }

    private static T[] WithRoom<T>(T[] array, int length)
    {
        if (array.Length < length)
        {
            Array.Resize(ref array, (int)Math.Min(Math.Max(2L * array.Length, length), Array.MaxLength));
        }

        return array;
    }
}
