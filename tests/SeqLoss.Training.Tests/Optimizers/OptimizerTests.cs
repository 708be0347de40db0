using System;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Optimizers;
using Xunit;

namespace SeqLoss.Training.Tests.Optimizers;

[Collection(Exclusive.Name)]
public sealed class OptimizerTests
{
    // One value, a block and one more, and several chunks with a ragged end.
    private static readonly int[] Lengths = [1, 1025, 40_003, 7];

    private static readonly Func<ParameterSet, int?, Optimizer>[] Kinds =
    [
        (parameters, threads) => new Sgd(parameters, 0.9, threads),
        (parameters, threads) => new Adam(parameters, threads: threads),
        (parameters, threads) => new AdamW(parameters, 0.1, threads: threads),
    ];

    public static TheoryData<int> KindIndexes => [.. Enumerable.Range(0, Kinds.Length)];

    [Fact]
    public void Adam_FollowsItsFormulaAtEveryPlace()
    {
        ParameterSet parameters = Create();
        Adam optimizer = new(parameters, 0.9, 0.98, 1e-9, threads: 2);
        double[][] x = [.. parameters.Select(parameter => Array.ConvertAll(parameter.Values.ToArray(), value => (double)value))];
        double[][] m = [.. Lengths.Select(length => new double[length])], v = [.. Lengths.Select(length => new double[length])];
        for (int step = 1; step <= 5; step++)
        {
            Fill(parameters, (ulong)step);
            for (int p = 0; p < x.Length; p++)
            {
                for (int i = 0; i < x[p].Length; i++)
                {
                    double g = parameters[p].Gradient[i] * 0.5;
                    m[p][i] = (0.9 * m[p][i]) + (0.1 * g);
                    v[p][i] = (0.98 * v[p][i]) + (0.02 * g * g);
                    double mean = m[p][i] / (1 - Math.Pow(0.9, step)), square = v[p][i] / (1 - Math.Pow(0.98, step));
                    x[p][i] -= 0.01 * mean / (Math.Sqrt(square) + 1e-9);
                }
            }

            optimizer.Step(0.01, 0.5);
        }

        for (int p = 0; p < x.Length; p++)
        {
            for (int i = 0; i < x[p].Length; i++)
            {
                Assert.Equal(x[p][i], parameters[p].Values[i], 1e-6 + (1e-6 * Math.Abs(x[p][i])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Steps_HaveTheSameBitsForAnyNumberOfThreads(int kind)
    {
        ParameterSet one = Create(), two = Create();
        Optimizer alone = Kinds[kind](one, 1), together = Kinds[kind](two, 2);
        for (int step = 1; step <= 3; step++)
        {
            Fill(one, (ulong)step);
            Fill(two, (ulong)step);
            Assert.Equal(new GradientNorm(one, 1).Compute(), new GradientNorm(two, 2).Compute());
            alone.Step(0.01);
            together.Step(0.01);
        }

        for (int p = 0; p < one.Count; p++)
        {
            Assert.Equal(one[p].Values.ToArray(), two[p].Values.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(KindIndexes))]
    public void Steps_ClearGradientsAndAllocateNothing(int kind)
    {
        ParameterSet parameters = Create();
        Optimizer optimizer = Kinds[kind](parameters, 2);
        GradientNorm norm = new(parameters, 2);
        void Step()
        {
            parameters[1].Gradient.Fill(1);
            _ = norm.Compute();
            optimizer.Step(0.01);
        }

        Step();
        Assert.All(parameters[1].Gradient.ToArray(), value => Assert.Equal(0, value));
        long[] allocated = new long[300];
        for (int i = 0; i < allocated.Length; i++)
        {
            Step();
            allocated[i] = GC.GetTotalAllocatedBytes(precise: true);
        }

        Assert.Contains(QuietRounds.Of(allocated, first: 60, length: 20), bytes => bytes == 0);
    }

    [Fact]
    public void Norm_IsThatOfAllGradientsInDouble()
    {
        ParameterSet parameters = Create();
        Fill(parameters, 3);
        double sum = parameters.Sum(parameter => parameter.Gradient.ToArray().Sum(value => (double)value * value));
        Assert.Equal(Math.Sqrt(sum), new GradientNorm(parameters, 2).Compute(), 1e-12 * Math.Sqrt(sum));

        parameters[2].Gradient[40_002] = 3e38f;
        Assert.Equal(3e38, new GradientNorm(parameters, 2).Compute(), 1e32);
        parameters[2].Gradient[40_002] = float.NaN;
        Assert.Equal(double.NaN, new GradientNorm(parameters, 2).Compute());
    }

    [Fact]
    public void NumbersOutOfRange_AreRefused()
    {
        ParameterSet parameters = Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(parameters, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, beta2: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(parameters, weightDecay: -1));
        float[] before = parameters[1].Values.ToArray();
        Adam adam = new(parameters);
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Step(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Step(1, double.PositiveInfinity));
        Assert.Equal(0, adam.StepCount);
        Assert.Equal(before, parameters[1].Values.ToArray());
    }

    [Fact]
    public void NumbersOfOtherKinds_AreRefused()
    {
        new OptimizerOptions { Kind = OptimizerKind.AdamW, WeightDecay = 0.1, Beta1 = 0.8 }.Check();
        ArgumentException problem = Assert.Throws<ArgumentException>(
            () => new OptimizerOptions { Kind = OptimizerKind.Adam, WeightDecay = 0.1 }.Check());
        Assert.Equal("The optimiser Adam has no WeightDecay; leave it out.", problem.Message);
        Assert.Throws<ArgumentException>(() => new OptimizerOptions { Kind = OptimizerKind.Sgd, Beta1 = 0.9 }.Check());
        Assert.Throws<ArgumentException>(() => new OptimizerOptions { Momentum = 0.9 }.Check());
    }

    private static ParameterSet Create()
    {
        ParameterSet parameters = new(seed: 5);
        foreach (int length in Lengths)
        {
            parameters.AddNormal($"p{parameters.Count}", 1, length, 1);
        }

        return parameters;
    }

    private static void Fill(ParameterSet parameters, ulong seed)
    {
        for (int p = 0; p < parameters.Count; p++)
        {
            CounterRandom random = new(seed, (ulong)p);
            Span<float> gradient = parameters[p].Gradient;
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = (float)random.Gaussian((ulong)i);
            }
        }
    }
}
