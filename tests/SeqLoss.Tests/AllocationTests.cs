using System;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>A call allocates nothing once a loss of its size has been computed, on the calling thread or on any worker.</summary>
[Collection(Exclusive.Name)]
public sealed class AllocationTests
{
    private const int Batch = 4;
    private const int Time = 32;
    private const int Classes = 600;
    private const int Calls = 20;

    public static TheoryData<string, string, int> Forms
    {
        get
        {
            TheoryData<string, string, int> data = [];
            foreach (string storage in Enum.GetNames<Storage>())
            {
                foreach (string order in new[] { "BatchTimeClass", "BatchClassTime" })
                {
                    data.Add(storage, order, 1);
                    data.Add(storage, order, 2);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void CrossEntropy_AllocatesNothing(string storageName, string orderName, int threads)
    {
        (Storage storage, AxisOrder order) = (Enum.Parse<Storage>(storageName), Enum.Parse<AxisOrder>(orderName));
        CrossEntropyCase c = RandomCases.Plain(3, Batch, Time, Classes) with { Weighting = new() { Lengths = [32, 20, 7, 0], IgnoredId = 5 } };
        Arrangement arrangement = c.Arrange(order);
        ScoreArray scores = new(storage, arrangement.Lengths, arrangement.Store(c.Scores));
        ScoreArray distribution = new(storage, arrangement.Lengths, new double[c.Scores.Length]);
        ScoreArray gradient = new(storage, arrangement.Lengths, c.Scores);
        int[] ids = Array.ConvertAll(arrangement.StoreTokens(c.Ids!), id => (int)id);
        long[] wideIds = arrangement.StoreTokens(c.Ids!);
        nint[] tokens = arrangement.TokenLengths;
        TokenWeights weights = c.Weighting.Build(arrangement)!;
        TokenWeights lengths = (c.Weighting with { IgnoredId = null }).Build(arrangement)!;
        CrossEntropyOptions options = c.Options(arrangement, Reduction.PerExample, threads: threads) with { LabelSmoothing = 0.1 };
        CrossEntropyOptions perClass = options with { Reduction = Reduction.MeanClassWeight, ClassWeights = ClassWeights.From(new float[Classes]) };
        CrossEntropyOptions capped = options with { SoftCap = 30, ZLoss = 1e-4 };
        double[] upstream = new double[Batch], reduced = new double[Batch], tokenLoss = new double[Batch * Time];
        double[] logSumExp = new double[Batch * Time], entropy = new double[Batch * Time];
        int[] argMax = new int[Batch * Time];
        AssertAllocatesNothing(() =>
        {
            CrossEntropy.FromLogits(scores.AsScores(), new ReadOnlyTensorSpan<int>(ids, tokens), null, options);
            LossOutputs outputs = new()
            {
                Reduced = reduced,
                TokenLoss = tokenLoss,
                LogSumExp = logSumExp,
                Entropy = entropy,
                ArgMax = argMax,
            };
            Gradient destination = gradient.AsGradient().WithUpstream(upstream);
            CrossEntropy.FromLogits(scores.AsScores(), new ReadOnlyTensorSpan<int>(ids, tokens), weights, options, destination, outputs);
            CrossEntropy.FromLogits(scores.AsScores(), new ReadOnlyTensorSpan<long>(wideIds, tokens), weights, capped, destination);
            CrossEntropy.FromLogits(scores.AsScores(), distribution.AsTargets(), lengths, perClass, gradient.AsGradient());
            CrossEntropy.FromLogProbs(scores.AsScores(), new ReadOnlyTensorSpan<int>(ids, tokens), weights, options, destination);
            CrossEntropy.FromProbabilities(scores.AsScores(), distribution.AsTargets(), lengths, options, destination);
        });
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Regression_AllocatesNothing(string storageName, string orderName, int threads)
    {
        (Storage storage, AxisOrder order) = (Enum.Parse<Storage>(storageName), Enum.Parse<AxisOrder>(orderName));
        Arrangement arrangement = new(order, Batch, Time, Classes);
        ScoreArray predictions = new(storage, arrangement.Lengths, new double[Batch * Time * Classes]);
        ScoreArray targets = new(storage, arrangement.Lengths, new double[Batch * Time * Classes]);
        ScoreArray gradient = new(storage, arrangement.Lengths, new double[Batch * Time * Classes]);
        RegressionOptions options = new() { Layout = arrangement.RegressionLayout, Threads = threads };
        TokenWeights weights = TokenWeights.FromLengths((ReadOnlySpan<int>)[32, 20, 7, 0]);
        double[] reduced = new double[1];
        AssertAllocatesNothing(() =>
        {
            Regression.SquaredError(predictions.AsScores(), targets.AsScores(), weights, options, gradient.AsGradient(), new() { Reduced = reduced });
            Regression.AbsoluteError(predictions.AsScores(), targets.AsScores(), null, options, gradient.AsGradient());
            Regression.Huber(predictions.AsScores(), targets.AsScores(), weights, options);
        });
    }

    [Fact]
    public void BlocksOfOneLoss_AllocateNothing()
    {
        float[] block = new float[8 * Classes];
        const int Rows = 8 * 400;
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits(
            [Rows, Classes], new ReadOnlyTensorSpan<int>(new int[Rows]), options: new() { Layout = ScoreLayout.Nv, Threads = 1 });
        AssertAllocatesNothing(
            () => blocks.Add(new ReadOnlyTensorSpan<float>(block, [8, Classes]), gradient: new TensorSpan<float>(block, [8, Classes])));
    }

    private static void AssertAllocatesNothing(Action call)
    {
        // Workers warm up when they first take a chunk, so the warm-up is repeated; tiered compilation allocates in the background.
        for (int i = 0; i < 3 * Calls; i++)
        {
            call();
        }

        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long ofThread = GC.GetAllocatedBytesForCurrentThread();
            long ofProcess = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            long process = GC.GetTotalAllocatedBytes(precise: true) - ofProcess;
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - ofThread);
            least = Math.Min(least, process);
        }

        Assert.Equal(0, least);
    }
}
