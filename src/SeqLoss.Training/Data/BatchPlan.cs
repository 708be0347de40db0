using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Data;

/// <summary>Divides a corpus into batches, anew in each epoch.</summary>
/// <remarks>
/// <para>
/// Pairs are shuffled and taken in pools; within a pool they are sorted by length and cut into batches, so that little is padding; at last
/// the batches are shuffled, so that lengths come in no order. Every pair is in exactly one batch of an epoch.
/// </para>
/// <para>
/// The batches of an epoch follow from corpus, size, seed and epoch alone, so that a run resumes in the middle of an epoch by knowing the
/// epoch and how many of its batches are done. After the first epochs nothing is allocated.
/// </para>
/// </remarks>
public sealed class BatchPlan
{
    /// <summary>The pairs that are sorted together: hundreds of batches as a rule, few enough that each epoch mixes others.</summary>
    internal const int PoolSize = 1 << PoolBits;

    // A sort key is both lengths and the place in the pool, which keeps the shuffled order of equal lengths.
    private const int PoolBits = 14;
    private const int LengthBits = 25;
    private const int MaxLength = (1 << LengthBits) - 1;

    // Streams of CounterRandom: two for each epoch, apart from those of other uses under the same seed.
    private const ulong FirstStream = 0xDA7A_0000_0000_0000;

    private readonly BatchUnit _unit;
    private readonly int _size;
    private readonly ulong _seed;
    private readonly int[] _order;
    private readonly ulong[] _keys;
    private readonly int[] _pool;
    private readonly List<(int Start, int Count)> _batches = [];

    /// <param name="corpus">The pairs; none may be added while the plan is in use.</param>
    /// <param name="unit">What <paramref name="size"/> counts.</param>
    /// <param name="size">The most that a batch holds, at least 1.</param>
    /// <param name="seed">Fixes the batches of every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    /// <exception cref="ModelFileException">The corpus is empty, or a pair alone is larger than a batch may be.</exception>
    public BatchPlan(PairCorpus corpus, BatchUnit unit, int size, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (corpus.Count == 0)
        {
            throw new ModelFileException("The corpus has no pairs; give text to train on");
        }

        (Corpus, _unit, _size, _seed) = (corpus, unit, size, seed);
        _order = new int[corpus.Count];
        _keys = new ulong[Math.Min(corpus.Count, PoolSize)];
        _pool = new int[_keys.Length];
        for (int i = 0; i < corpus.Count; i++)
        {
            if (unit == BatchUnit.Tokens && LongerSide(i) > size)
            {
                throw new ModelFileException(
                    $"{corpus.NameOf(i)} has {LongerSide(i)} tokens, a batch at most {size}; "
                    + "make batches larger or the limit of length lower");
            }
        }

        BeginEpoch(0);
    }

    /// <summary>What is divided.</summary>
    public PairCorpus Corpus { get; }

    /// <summary>The epoch whose batches these are.</summary>
    public int Epoch { get; private set; }

    /// <summary>The batches of the epoch.</summary>
    public int Count => _batches.Count;

    /// <summary>The share of all steps, of both sides and all batches of the epoch, that is padding.</summary>
    public double PaddingShare { get; private set; }

    /// <summary>Divides the corpus for an epoch.</summary>
    /// <param name="epoch">Counted from 0; any, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public void BeginEpoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Epoch = epoch;
        _batches.Clear();
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        ulong stream = FirstStream + (2 * (ulong)epoch);
        new CounterRandom(_seed, stream).Shuffle<int>(_order);
        long steps = 0;
        long cells = 0;
        for (int start = 0; start < _order.Length; start += PoolSize)
        {
            Span<int> pool = _order.AsSpan(start, Math.Min(PoolSize, _order.Length - start));
            SortByLength(pool);
            for (int cut = 0; cut < pool.Length;)
            {
                int count = CountThatFits(pool[cut..], ref steps, ref cells);
                _batches.Add((start + cut, count));
                cut += count;
            }
        }

        PaddingShare = 1 - ((double)steps / cells);
        new CounterRandom(_seed, stream + 1).Shuffle(CollectionsMarshal.AsSpan(_batches));
    }

    /// <summary>The pairs of a batch, as indexes into the corpus; valid until the next epoch begins.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch in this epoch.</exception>
    public ReadOnlySpan<int> this[int batch] => _order.AsSpan(_batches[batch].Start, _batches[batch].Count);

    private int LongerSide(int pair) => Math.Max(Corpus.Source.Length(pair), Corpus.Target.Length(pair));

    /// <summary>Sorts by target length, then by source length to and fro, so that neighbours are alike where the target grows.</summary>
    private void SortByLength(Span<int> pool)
    {
        Span<ulong> keys = _keys.AsSpan(0, pool.Length);
        for (int i = 0; i < pool.Length; i++)
        {
            int target = Math.Min(Corpus.Target.Length(pool[i]), MaxLength);
            int source = Math.Min(Corpus.Source.Length(pool[i]), MaxLength);
            source = target % 2 == 0 ? source : MaxLength - source;
            keys[i] = (((ulong)target << LengthBits | (uint)source) << PoolBits) | (uint)i;
        }

        keys.Sort();
        pool.CopyTo(_pool);
        for (int i = 0; i < pool.Length; i++)
        {
            pool[i] = _pool[keys[i] & (PoolSize - 1)];
        }
    }

    /// <summary>How many pairs from the front make a batch; adds its real steps and its cells.</summary>
    private int CountThatFits(ReadOnlySpan<int> pairs, ref long steps, ref long cells)
    {
        int longestSource = 0;
        int longestTarget = 0;
        int count = 0;
        foreach (int pair in pairs)
        {
            int source = Math.Max(longestSource, Corpus.Source.Length(pair));
            int target = Math.Max(longestTarget, Corpus.Target.Length(pair));
            if ((long)(count + 1) * (_unit == BatchUnit.Tokens ? Math.Max(source, target) : 1) > _size)
            {
                break;
            }

            (longestSource, longestTarget) = (source, target);
            steps += Corpus.Source.Length(pair) + Corpus.Target.Length(pair);
            count++;
        }

        cells += (long)count * (longestSource + longestTarget);
        return count;
    }
}
