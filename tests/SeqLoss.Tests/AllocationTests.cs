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
        Weighting weighting = new() { Lengths = [32, 20, 7, 0], IgnoredId = 5 };
        CrossEntropyCase c = RandomCases.Plain(3, Batch, Time, Classes) with { Weighting = weighting };
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
        ClassWeights classWeights = ClassWeights.From(new float[Classes]);
        CrossEntropyOptions perClass = options with { Reduction = Reduction.MeanClassWeight, ClassWeights = classWeights };
        CrossEntropyOptions capped = options with { SoftCap = 30, ZLoss = 1e-4, SubtractTargetEntropy = true };
        CrossEntropyOptions clipped = perClass with { Clip = new() { Min = 1e-7, Max = 1, Renormalize = true, ClipTargets = true } };
        double[] upstream = new double[Batch], reduced = new double[Batch], tokenLoss = new double[Batch * Time];
        double[] logSumExp = new double[Batch * Time], entropy = new double[Batch * Time];
        int[] argMax = new int[Batch * Time];
        Targets NarrowIds() => new ReadOnlyTensorSpan<int>(ids, tokens);
        Targets WideIds() => new ReadOnlyTensorSpan<long>(wideIds, tokens);
        LossOutputs Outputs() => new()
        {
            Reduced = reduced,
            TokenLoss = tokenLoss,
            LogSumExp = logSumExp,
            Entropy = entropy,
            ArgMax = argMax,
        };
        Gradient Destination() => gradient.AsGradient().WithUpstream(upstream);
        AssertAllocatesNothing(() => CrossEntropy.FromLogits(scores.AsScores(), NarrowIds(), null, options));
        AssertAllocatesNothing(() => CrossEntropy.FromLogits(scores.AsScores(), NarrowIds(), weights, options, Destination(), Outputs()));
        AssertAllocatesNothing(() => CrossEntropy.FromLogits(scores.AsScores(), WideIds(), weights, capped, Destination()));
        AssertAllocatesNothing(
            () => CrossEntropy.FromLogits(scores.AsScores(), distribution.AsTargets(), lengths, perClass, gradient.AsGradient()));
        AssertAllocatesNothing(() => CrossEntropy.FromLogProbs(scores.AsScores(), NarrowIds(), weights, options, Destination()));
        AssertAllocatesNothing(
            () => CrossEntropy.FromProbabilities(scores.AsScores(), distribution.AsTargets(), lengths, options, Destination()));
        AssertAllocatesNothing(
            () => CrossEntropy.FromProbabilities(scores.AsScores(), distribution.AsTargets(), lengths, clipped, gradient.AsGradient()));
    }

    [Theory]
    [InlineData("BatchTimeClass")]
    [InlineData("BatchClassTime")]
    public void LogSoftmax_AllocatesNothing(string orderName)
    {
        Arrangement arrangement = new(Enum.Parse<AxisOrder>(orderName), Batch, Time, Classes);
        nint[] lengths = arrangement.Lengths;
        float[] logits = new float[Batch * Time * Classes];
        AssertAllocatesNothing(() => LogSoftmax.Write(
            new ReadOnlyTensorSpan<float>(logits, lengths), new TensorSpan<float>(logits, lengths), arrangement.ScoreLayout));
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
            LossOutputs outputs = new() { Reduced = reduced };
            Regression.SquaredError(predictions.AsScores(), targets.AsScores(), weights, options, gradient.AsGradient(), outputs);
            Regression.AbsoluteError(predictions.AsScores(), targets.AsScores(), null, options, gradient.AsGradient());
            Regression.Huber(predictions.AsScores(), targets.AsScores(), weights, options);
        });
    }

    [Fact]
    public void BlocksOfOneLoss_AllocateNothing()
    {
        float[] block = new float[8 * Classes];
        const int Rows = 8 * 2100;
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits(
            [Rows, Classes], new ReadOnlyTensorSpan<int>(new int[Rows]), options: new() { Layout = ScoreLayout.Nv, Threads = 1 });
        AssertAllocatesNothing(
            () => blocks.Add(new ReadOnlyTensorSpan<float>(block, [8, Classes]), gradient: new TensorSpan<float>(block, [8, Classes])));
    }

    private static void AssertAllocatesNothing(Action call)
    {
        for (int i = 0; i < 3 * Calls; i++)
        {
            call();
        }

        // A thread warms up when it first takes a chunk, and compilation in the background allocates: one quiet round is asked for.
        long ofThread = 1, ofProcess = 1;
        for (int round = 0; round < 100 && (ofThread, ofProcess) != (0, 0); round++)
        {
            long threadBefore = GC.GetAllocatedBytesForCurrentThread();
            long processBefore = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            ofProcess = GC.GetTotalAllocatedBytes(precise: true) - processBefore;
            ofThread = GC.GetAllocatedBytesForCurrentThread() - threadBefore;
        }

        Assert.Equal((0, 0), (ofThread, ofProcess));
    }
}
