using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>The same bits for any number of threads, no allocation, and memory within the budget. Alone: it measures the process.</summary>
[Collection(Exclusive.Name)]
public sealed class LinearDeterminismTests
{
    private const int Calls = 5;

    /// <summary>The smaller filter leaves every row of a block, the greater one some.</summary>
    [Theory]
    [InlineData(0.0, ProductPrecision.AsGiven)]
    [InlineData(1e-4, ProductPrecision.AsGiven)]
    [InlineData(5e-3, ProductPrecision.AsGiven)]
    [InlineData(0.0, ProductPrecision.BFloat16)]
    [InlineData(5e-3, ProductPrecision.BFloat16)]
    public void ManagedProducts_HaveTheSameBitsForAnyNumberOfThreads(double filter, ProductPrecision precision)
        => AssertSameBits(new() { WorkspaceBytes = 6 << 20, GradientFilter = filter, Precision = precision }, ProductLibrary.Managed);

    [OneDnnFact]
    public void NativeProducts_HaveTheSameBitsForAnyNumberOfThreads()
    {
        LinearCrossEntropyOptions halves = new() { WorkspaceBytes = 6 << 20, Precision = ProductPrecision.BFloat16 };
        foreach (double filter in new[] { 0, 1e-4, 5e-3 })
        {
            AssertSameBits(new() { WorkspaceBytes = 6 << 20, GradientFilter = filter }, ProductLibrary.OneDnn);
            AssertSameBits(halves with { GradientFilter = filter }, ProductLibrary.OneDnn);
        }
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    [InlineData(2, 1e-4)]
    public void SecondCalls_AllocateNothing(int threads, double filter)
    {
        LinearCrossEntropyOptions options = new() { WorkspaceBytes = 6 << 20, GradientFilter = filter };
        Operands operands = new(40, 8, 1500);
        int[] classes = new int[40 * 3];
        double[] logProbs = new double[classes.Length];
        LinearCrossEntropy loss = new(options with { Loss = new() { Layout = ScoreLayout.Nv, Threads = threads } });
        void Call()
        {
            operands.Compute(loss);
            loss.TopClasses(operands.Hidden, new(operands.Vocabulary), 3, classes, logProbs);
        }

        for (int i = 0; i < 20; i++)
        {
            Call();
        }

        // A thread warms up when it first takes a chunk, and compilation in the background allocates: one quiet round is asked for.
        long ofProcess = 1;
        for (int round = 0; round < 100 && ofProcess != 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < Calls; i++)
            {
                Call();
            }

            ofProcess = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.Equal(0, ofProcess);
    }

    /// <summary>Everything that a first call allocates, whether it still needs it or not, against 4·N·V = 65 MB of logits.</summary>
    [Fact]
    public void FirstCall_AllocatesAtMost32Mebibytes()
    {
        Operands operands = new(512, 128, 32000);
        LinearCrossEntropy loss = new(new() { Loss = new() { Layout = ScoreLayout.Nv, Threads = 2 } });
        new Operands(20, 8, 100).Compute(new(new() { Loss = loss.Options.Loss }));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        operands.Compute(loss);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 16 << 20, 32 << 20);
        Assert.InRange(loss.WorkspaceBytes, 16 << 20, 30 << 20);
    }

    private static void AssertSameBits(LinearCrossEntropyOptions options, ProductLibrary library)
    {
        CrossEntropyCase loss = RandomCases.Plain(5, 4, 50, 7000) with { LabelSmoothing = 0.1, ZLoss = 1e-3 };
        ProjectionCase c = ProjectionCase.Of(loss with { Weighting = new() { Lengths = [50, 20, 7, 0] } }, 24, 1);
        ProjectionOutcome one = ProjectionCall.Run(c, new() { Threads = 1 }, options, library);
        foreach (int? threads in new int?[] { 2, 7, null })
        {
            ProjectionAssert.AreSame(one, ProjectionCall.Run(c, new() { Threads = threads }, options, library));
        }
    }

    /// <summary>Operands and gradients of <c>[tokens, features]</c> and <c>[classes, features]</c>.</summary>
    private sealed class Operands(int tokens, int features, int classes)
    {
        private readonly float[] _hidden = [.. Enumerable.Range(0, tokens * features).Select(i => MathF.Sin(i))];
        private readonly float[] _vocabulary = [.. Enumerable.Range(0, classes * features).Select(i => MathF.Cos(i))];
        private readonly float[] _ofHidden = new float[tokens * features];
        private readonly float[] _ofVocabulary = new float[classes * features];
        private readonly float[] _ofBias = new float[classes];
        private readonly int[] _targets = [.. Enumerable.Range(0, tokens).Select(i => i * 7 % classes)];

        public Scores Hidden => new ReadOnlyTensorSpan<float>(_hidden, [tokens, features]);

        public Scores Vocabulary => new ReadOnlyTensorSpan<float>(_vocabulary, [classes, features]);

        public LossSum Compute(LinearCrossEntropy loss) => loss.Compute(
            Hidden,
            new(Vocabulary),
            new ReadOnlyTensorSpan<int>(_targets),
            gradients: new()
            {
                Hidden = new TensorSpan<float>(_ofHidden, [tokens, features]),
                Vocabulary = new TensorSpan<float>(_ofVocabulary, [classes, features]),
                Bias = _ofBias,
            });
    }
}
