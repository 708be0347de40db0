using System;
using System.Linq;
using System.Numerics;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Kernels.Tests;

/// <summary>One block of scores for the softmax kernels, and what they make of it at a width.</summary>
internal sealed class KernelCase
{
    private const double Guard = -77;

    public KernelCase(CrossEntropyTerms terms, int groups, int width, bool hasDistribution, int seed)
    {
        Random random = new(seed);
        Terms = terms;
        Shape = new(groups, terms.ClassCount, width);
        int count = groups * width * terms.ClassCount;
        Scores = Array.ConvertAll(new double[count], _ => (double)(float)(6 * (random.NextDouble() - 0.5)));
        Distribution = hasDistribution ? Array.ConvertAll(new double[count], _ => (double)(float)random.NextDouble()) : null;
        Tokens.Prepare(groups * width, wantsLogSumExp: true, wantsEntropy: true);
        for (int token = 0; token < groups * width; token++)
        {
            // Every fifth token does not count: its scores are NaN.
            Tokens.Weight[token] = token % 5 == 4 ? 0 : 0.5 + random.NextDouble();
            Tokens.Coefficient[token] = Tokens.Weight[token] / 3;
            Tokens.Target[token] = token % 5 == 4 ? -1 : random.Next(terms.ClassCount);
            for (int index = 0; index < terms.ClassCount && token % 5 == 4; index++)
            {
                Scores[Offset(token, index)] = double.NaN;
            }
        }
    }

    public CrossEntropyTerms Terms { get; }

    public ScoreShape Shape { get; }

    public TokenTable Tokens { get; } = new();

    public double[] Scores { get; }

    public double[]? Distribution { get; }

    public int TokenCount => Shape.GroupCount * Shape.Width;

    public int Offset(int token, int index) => (int)Shape.Offset(token / Shape.Width, index) + (token % Shape.Width);

    /// <summary>Runs every chunk at one width, in or out of place, with guards around all memory.</summary>
    /// <returns>The gradient.</returns>
    public unsafe double[] Run<TLanes, T>(bool isInPlace)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType type = typeof(T) == typeof(float) ? ElementType.Float32 : ElementType.Float64;
        T[] scores = Guarded<T>(Scores);
        T[] distribution = Distribution is null ? [] : Guarded<T>(Distribution);
        T[] gradient = isInPlace ? scores : Guarded<T>(new double[Scores.Length]);
        CrossEntropyWork work = new();
        fixed (T* scoreAddress = scores, distributionAddress = distribution, gradientAddress = gradient)
        {
            work.Prepare(
                Terms,
                Tokens,
                Shape,
                firstToken: 0,
                new(scoreAddress + 1, type),
                Distribution is null ? default : new(distributionAddress + 1, type),
                new(gradientAddress + 1, type));
            for (int chunk = 0; chunk < work.ChunkCount; chunk++)
            {
                work.Run<TLanes, T>(chunk);
            }
        }

        if (gradient[0] != T.CreateChecked(Guard) || gradient[^1] != T.CreateChecked(Guard))
        {
            throw new InvalidOperationException("written outside the gradient");
        }

        return Array.ConvertAll(gradient[1..^1], value => double.CreateTruncating(value));
    }

    private static T[] Guarded<T>(double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [T.CreateChecked(Guard), .. values.Select(T.CreateTruncating), T.CreateChecked(Guard)];
}
