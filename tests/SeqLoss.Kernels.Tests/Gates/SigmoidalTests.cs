using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Kernels.Gates;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>σ and tanh against double.</summary>
public sealed class SigmoidalTests
{
    public static TheoryData<string> Names => GateWidths.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Logistic_StaysWithinItsBound(string width) => GateWidths.Run(width, new LogisticCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Tanh_StaysWithinItsBound(string width) => GateWidths.Run(width, new TanhCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Extremes_AreExact(string width) => GateWidths.Run(width, new ExtremesCheck());

    /// <summary>Both signs, on a line through the range where the functions change and towards 0.</summary>
    private static IEnumerable<float> Arguments
        => Enumerable.Range(0, 100_000).Select(i => 90 * i / 100_000.0)
            .Concat(Enumerable.Range(0, 40_000).Select(i => i / 40_000.0))
            .Concat(Enumerable.Range(0, 145).Select(i => 1.2345 * Math.Pow(2, -i)))
            .SelectMany(x => new[] { (float)x, (float)-x });

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static IEnumerable<(float X, float Y)> Map<TLanes>(IEnumerable<float> arguments, Func<TLanes, TLanes> f)
        where TLanes : struct, ILanes<TLanes, float>
    {
        float[] y = new float[TLanes.Count];
        foreach (float[] chunk in arguments.Chunk(TLanes.Count))
        {
            float[] x = new float[TLanes.Count];
            chunk.CopyTo(x, 0);
            TLanes.Store(f(TLanes.Load(ref x[0], 0)), ref y[0], 0);
            for (int i = 0; i < chunk.Length; i++)
            {
                yield return (x[i], y[i]);
            }
        }
    }

    private readonly struct LogisticCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            foreach ((float x, float y) in Map<TLanes>(Arguments, Sigmoidal.Logistic))
            {
                double expected = Logistic(x);
                GateRow.AssertNear(expected, y, 2e-7, $"σ({x:R})");

                // Where σ is small, the digits it has are those of x·log₂e; below the normal numbers it may be 0.
                if (x > -87)
                {
                    GateRow.AssertNear(expected, y, (3e-7 + (8e-8 * Math.Abs(x))) * expected, $"σ({x:R})");
                }
            }
        }
    }

    private readonly struct TanhCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            foreach ((float x, float y) in Map<TLanes>(Arguments, Sigmoidal.Tanh))
            {
                double expected = Math.Tanh(x);
                GateRow.AssertNear(expected, y, 3e-7 * Math.Abs(expected), $"tanh {x:R}");
            }
        }
    }

    private readonly struct ExtremesCheck : IGateCheck
    {
        public void Run<TLanes>()
            where TLanes : struct, ILanes<TLanes, float>
        {
            (float X, float Logistic, float Tanh)[] exact =
            [
                (0, 0.5f, 0), (-0f, 0.5f, 0), (200, 1, 1), (-200, 0, -1), (float.MaxValue, 1, 1), (float.MinValue, 0, -1),
                (float.PositiveInfinity, 1, 1), (float.NegativeInfinity, 0, -1), (float.NaN, float.NaN, float.NaN),
            ];
            foreach ((float x, float logistic, float tanh) in exact)
            {
                // Every other lane holds an ordinary argument, which must not notice.
                float[] arguments = [.. Enumerable.Range(0, 2 * TLanes.Count).Select(i => i % 2 == 0 ? x : -0.75f)];
                float[] logistics = [.. Map<TLanes>(arguments, Sigmoidal.Logistic).Select(pair => pair.Y)];
                float[] tanhs = [.. Map<TLanes>(arguments, Sigmoidal.Tanh).Select(pair => pair.Y)];
                for (int i = 0; i < arguments.Length; i += 2)
                {
                    Assert.Equal((logistic, tanh), (logistics[i], tanhs[i]));
                    GateRow.AssertNear(Logistic(-0.75), logistics[i + 1], 2e-7, "σ(−0.75)");
                    GateRow.AssertNear(Math.Tanh(-0.75), tanhs[i + 1], 3e-7, "tanh −0.75");
                }
            }
        }
    }
}
