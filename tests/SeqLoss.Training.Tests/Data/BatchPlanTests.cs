using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests.Data;

public sealed class BatchPlanTests
{
    [Theory]
    [InlineData(BatchUnit.Tokens, 40, 1)]
    [InlineData(BatchUnit.Tokens, 400, 1000)]
    [InlineData(BatchUnit.Tokens, 100_000, 1000)]
    [InlineData(BatchUnit.Sequences, 1, 50)]
    [InlineData(BatchUnit.Sequences, 32, 1000)]
    [InlineData(BatchUnit.Sequences, 32, BatchPlan.PoolSize + 100)]
    public void EveryPair_IsInOneBatchThatIsNotTooLarge(BatchUnit unit, int size, int count)
    {
        PairCorpus corpus = RaggedCorpus.Create(count, seed: 5);
        var plan = new BatchPlan(corpus, unit, size, seed: 6);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            plan.BeginEpoch(epoch);
            int[][] batches = Batches(plan);
            Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(batch => batch).Order());
            Assert.All(batches, batch => Assert.InRange(batch.Length * (unit == BatchUnit.Tokens ? Longest(corpus, batch) : 1), 1, size));
        }
    }

    [Fact]
    public void ABudgetOfTokens_IsUsed()
    {
        PairCorpus corpus = RaggedCorpus.Create(5000, seed: 1);
        var plan = new BatchPlan(corpus, BatchUnit.Tokens, 1000, seed: 2);
        // One more pair of the batch's own greatest length would not fit, but for the last batch of the pool.
        int roomLeft = Batches(plan).Count(batch => (batch.Length + 1) * (Longest(corpus, batch) + 1) <= 1000);
        Assert.InRange(roomLeft, 0, 1);
    }

    [Fact]
    public void PaddingShare_IsWhatTheBatchesShow()
    {
        PairCorpus corpus = RaggedCorpus.Create(3000, seed: 3);
        var plan = new BatchPlan(corpus, BatchUnit.Tokens, 500, seed: 4);
        Models.Sequences.PairBatch filled = corpus.CreateBatch();
        long steps = 0, cells = 0;
        for (int i = 0; i < plan.Count; i++)
        {
            corpus.Fill(plan[i], filled);
            steps += filled.Source.StepCount + filled.Target.StepCount;
            cells += filled.Source.Tokens.Length + filled.Target.Tokens.Length;
        }

        Assert.Equal(1 - ((double)steps / cells), plan.PaddingShare, 12);
        // Unsorted batches of these lengths are padding by 45 %; the sorted ones of this corpus by 3 %.
        Assert.InRange(plan.PaddingShare, 0, 0.05);
    }

    [Fact]
    public void AnEpoch_FollowsFromSeedAndNumberAlone()
    {
        PairCorpus corpus = RaggedCorpus.Create(1000, seed: 7);
        var straight = new BatchPlan(corpus, BatchUnit.Tokens, 300, seed: 8);
        straight.BeginEpoch(1);
        straight.BeginEpoch(2);
        int[][] expected = Batches(straight);
        var resumed = new BatchPlan(corpus, BatchUnit.Tokens, 300, seed: 8);
        resumed.BeginEpoch(2);
        Assert.Equal(expected, Batches(resumed));
        resumed.BeginEpoch(9);
        resumed.BeginEpoch(2);
        Assert.Equal(expected, Batches(resumed));
    }

    [Fact]
    public void Epochs_AndSeedsComposeOtherBatches()
    {
        PairCorpus corpus = RaggedCorpus.Create(2000, seed: 9);
        var plan = new BatchPlan(corpus, BatchUnit.Sequences, 16, seed: 10);
        HashSet<string> first = Compositions(plan);
        plan.BeginEpoch(1);
        HashSet<string> second = Compositions(plan);
        Assert.True(first.Intersect(second).Count() < first.Count / 20);
        HashSet<string> otherSeed = Compositions(new BatchPlan(corpus, BatchUnit.Sequences, 16, seed: 11));
        Assert.True(first.Intersect(otherSeed).Count() < first.Count / 20);
    }

    [Fact]
    public void Lengths_ComeInNoOrder()
    {
        PairCorpus corpus = RaggedCorpus.Create(5000, seed: 12);
        var plan = new BatchPlan(corpus, BatchUnit.Sequences, 20, seed: 13);
        double[] lengths = [.. Batches(plan).Select(batch => (double)Longest(corpus, batch))];
        double mean = lengths.Average();
        double variance = lengths.Average(length => (length - mean) * (length - mean));
        double neighbours = lengths.Zip(lengths.Skip(1), (a, b) => (a - mean) * (b - mean)).Average() / variance;
        Assert.InRange(neighbours, -0.25, 0.25); // 4 standard deviations of 250 batches; sorted ones correlate by 0.99
    }

    [Fact]
    public void APairLargerThanABatch_IsRefusedBeforeTraining()
    {
        var (source, target) = (new TokenStore(), new TokenStore());
        source.Add([3]);
        target.Add([3]);
        source.Add([4, 3]);
        target.Add([4, 5, 6, 7, 3]);
        var corpus = new PairCorpus(source, target);
        Assert.Equal(
            "pair 2 has 5 tokens, a batch at most 4; make batches larger or the limit of length lower",
            Assert.Throws<ModelFileException>(() => new BatchPlan(corpus, BatchUnit.Tokens, 4, seed: 0)).Message);
        Assert.Equal(2, new BatchPlan(corpus, BatchUnit.Tokens, 5, seed: 0).Count);
        PairCorpus ofLines = new(source, target) { Lines = new TextLines("text", [1, 7]) };
        Assert.StartsWith(
            "text: line 7: the pair has 5 tokens,",
            Assert.Throws<ModelFileException>(() => new BatchPlan(ofLines, BatchUnit.Tokens, 4, seed: 0)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void NothingToDivide_IsRefused()
    {
        var corpus = new PairCorpus(new TokenStore(), new TokenStore());
        Assert.Throws<ModelFileException>(() => new BatchPlan(corpus, BatchUnit.Tokens, 4, seed: 0));
        corpus = RaggedCorpus.Create(10, seed: 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(corpus, BatchUnit.Sequences, 0, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(corpus, BatchUnit.Sequences, 1, seed: 0).BeginEpoch(-1));
    }

    private static int[][] Batches(BatchPlan plan) => [.. Enumerable.Range(0, plan.Count).Select(i => plan[i].ToArray())];

    private static HashSet<string> Compositions(BatchPlan plan) => [.. Batches(plan).Select(batch => string.Join(',', batch.Order()))];

    private static int Longest(PairCorpus corpus, int[] batch) =>
        batch.Max(i => Math.Max(corpus.Source.Length(i), corpus.Target.Length(i)));
}
