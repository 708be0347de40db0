using System;
using System.Linq;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests.Data;

public sealed class SequenceStoreTests
{
    [Fact]
    public void Tokens_ComeBackFromTheStore()
    {
        int[][] sequences = [.. Enumerable.Range(1, 300).Select(i => Enumerable.Range(i, 1 + (i * 7 % 13)).ToArray())];
        var store = new TokenStore();
        foreach (int[] sequence in sequences)
        {
            store.Add(sequence);
        }

        Assert.Equal((300, 0), (store.Count, store.FeatureCount));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(sequences[i], store[i].ToArray()));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(sequences[i].Length, store.Length(i)));
    }

    [Fact]
    public void Features_ComeBackFromTheStore()
    {
        var store = new FeatureStore(3);
        store.Add([1, 2, 3, 4, 5, 6]);
        store.Add([7, 8, 9]);
        Assert.Equal([1, 2, 3, 4, 5, 6], store[0].ToArray());
        Assert.Equal([7, 8, 9], store[1].ToArray());
        Assert.Equal((2, 2, 1), (store.Count, store.Length(0), store.Length(1)));
    }

    [Fact]
    public void BadSequences_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new TokenStore().Add([]));
        Assert.Throws<ArgumentException>(() => new FeatureStore(2).Add([]));
        Assert.Throws<ArgumentException>(() => new FeatureStore(2).Add([1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureStore(0));
        var store = new TokenStore();
        store.Add([1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => store[1].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => store[-1].Length);
        Assert.Throws<ArgumentException>(() => new PairCorpus(store, new TokenStore()));
    }

    [Fact]
    public void Batches_HoldTheirPairsAndPadding()
    {
        var source = new FeatureStore(2);
        source.Add([1, 2]);
        source.Add([3, 4, 5, 6]);
        source.Add([7, 8]);
        var target = new TokenStore();
        target.Add([4, 5, 3]);
        target.Add([6, 3]);
        target.Add([3]);
        var corpus = new PairCorpus(source, target);
        PairBatch batch = corpus.CreateBatch();
        corpus.Fill([0, 1, 2], batch); // filled again below: nothing may remain
        corpus.Fill([2, 1], batch);
        Assert.Equal((2, 2, 2), (batch.Source.Count, batch.Source.MaxLength, batch.Source.FeatureCount));
        Assert.Equal([1, 2], batch.Source.Lengths.ToArray());
        Assert.Equal([7, 8, 0, 0, 3, 4, 5, 6], batch.Source.Features.ToArray());
        Assert.Equal([1, 2], batch.Target.Lengths.ToArray());
        Assert.Equal([3, SpecialTokens.Padding, 6, 3], batch.Target.Tokens.ToArray());
    }

    [Fact]
    public void Filling_AllocatesNothingOnceTheBatchHasGrown()
    {
        PairCorpus corpus = RaggedCorpus.Create(500, seed: 1);
        PairBatch batch = corpus.CreateBatch();
        var plan = new BatchPlan(corpus, BatchUnit.Tokens, 200, seed: 2);
        FillAll(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FillAll(3);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void FillAll(int epochs)
        {
            for (int epoch = 0; epoch < epochs; epoch++)
            {
                plan.BeginEpoch(epoch % 2); // an epoch of more batches than ever before would let the list grow
                for (int i = 0; i < plan.Count; i++)
                {
                    corpus.Fill(plan[i], batch);
                }
            }
        }
    }
}
