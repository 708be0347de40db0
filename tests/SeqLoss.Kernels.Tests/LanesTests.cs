using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using SeqLoss.Kernels.Lanes;
using Xunit;

namespace SeqLoss.Kernels.Tests;

/// <summary>The operations of every width against plain arithmetic on each lane.</summary>
public sealed class LanesTests
{
    public static TheoryData<string> Names => Widths.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Arithmetic_IsThatOfEachLane(string width) => Widths.Run(width, new ArithmeticCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Comparisons_SelectEachLane(string width) => Widths.Run(width, new ComparisonCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Reductions_TakeEveryLane(string width) => Widths.Run(width, new ReductionCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Exp2NonPositive_StaysWithinItsBound(string width) => Widths.Run(width, new ExponentialCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Exp2NonPositive_OfTheExtremes_IsExact(string width) => Widths.Run(width, new ExponentialExtremesCheck());

    [Theory]
    [MemberData(nameof(Names))]
    public void Log_StaysWithinItsBound(string width) => Widths.Run(width, new LogarithmCheck());

    /// <summary>An operation on as many values as the width takes.</summary>
    private static T[] Map<TLanes, T>(ReadOnlySpan<T> x, Func<TLanes, TLanes> operation)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // One value more on either side: neither may be touched.
        T guard = T.CreateChecked(-77);
        T[] source = [guard, .. x, guard];
        T[] destination = [.. Enumerable.Repeat(guard, x.Length + 2)];
        TLanes.Store(operation(TLanes.Load(ref source[0], 1)), ref destination[0], 1);
        Assert.Equal((guard, guard), (destination[0], destination[^1]));
        return destination[1..^1];
    }

    private static T[] Values<T>(int count, Func<int, double> value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(value(i)))];

    private readonly struct ArithmeticCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = Values<T>(TLanes.Count, i => 1.5 - i);
            T two = T.CreateChecked(2);
            Assert.Equal(x, Map<TLanes, T>(x, lanes => lanes));
            Assert.Equal(x.Select(v => v + two), Map<TLanes, T>(x, lanes => lanes + TLanes.Constant(2)));
            Assert.Equal(x.Select(v => two - v), Map<TLanes, T>(x, lanes => TLanes.Broadcast(two) - lanes));
            Assert.Equal(x.Select(v => v * v), Map<TLanes, T>(x, lanes => lanes * lanes));
            Assert.Equal(x.Select(v => v / two), Map<TLanes, T>(x, lanes => lanes / TLanes.Constant(2)));
            Assert.Equal(x.Select(v => (v * two) + v), Map<TLanes, T>(x, lanes => TLanes.MultiplyAdd(lanes, TLanes.Constant(2), lanes)));
        }
    }

    private readonly struct ComparisonCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] special = [T.NaN, T.Zero, T.NegativeZero, T.One, T.NegativeInfinity, T.PositiveInfinity];
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                foreach (T value in special)
                {
                    T[] x = Values<T>(TLanes.Count, _ => -3);
                    x[lane] = value;
                    TLanes zero = TLanes.Constant(0);
                    T yes = T.One, no = T.CreateChecked(2);
                    TLanes Choose(TLanes mask) => TLanes.Select(mask, TLanes.Broadcast(yes), TLanes.Broadcast(no));
                    Assert.Equal(x.Select(v => v == T.Zero ? yes : no), Map<TLanes, T>(x, lanes => Choose(TLanes.AreEqual(lanes, zero))));
                    Assert.Equal(x.Select(v => v > T.Zero ? yes : no), Map<TLanes, T>(x, lanes => Choose(TLanes.AreGreater(lanes, zero))));
                    int first = Array.FindIndex(x, v => v == T.Zero);
                    Assert.Equal(first, TLanes.FirstTrue(TLanes.AreEqual(TLanes.Load(ref x[0], 0), zero)));
                }
            }
        }
    }

    private readonly struct ReductionCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                T[] x = Values<T>(TLanes.Count, i => -1 - i);
                x[lane] = T.CreateChecked(100);
                TLanes lanes = TLanes.Load(ref x[0], 0);
                Assert.Equal(x.Aggregate((a, b) => a + b), TLanes.Sum(lanes));
                Assert.Equal(T.CreateChecked(100), TLanes.MaxAcross(lanes));
                Assert.Equal(T.CreateChecked(100), TLanes.MaxAcross(TLanes.Max(TLanes.Constant(double.NegativeInfinity), lanes)));
            }
        }
    }

    private readonly struct ExponentialCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            (double lowest, double bound) = typeof(T) == typeof(float) ? (-126.0, 2e-7) : (-1022, 4e-16);
            double worst = 0;
            List<double> arguments = [.. Enumerable.Range(0, 40_000).Select(i => lowest * i / 40_000)];
            arguments.AddRange(Enumerable.Range(0, 4000).Select(i => -i / 4000.0));
            arguments.AddRange(Enumerable.Range(0, 60).Select(i => -Math.Pow(2, -i)));
            foreach (T[] x in arguments.Select(T.CreateTruncating).Chunk(TLanes.Count).Where(chunk => chunk.Length == TLanes.Count))
            {
                T[] powers = Map<TLanes, T>(x, TLanes.Exp2NonPositive);
                for (int i = 0; i < x.Length; i++)
                {
                    // Math.Pow is good to half a unit of the last digit: a part of the bound for double.
                    double expected = Math.Pow(2, double.CreateTruncating(x[i]));
                    double error = Math.Abs((double.CreateTruncating(powers[i]) / expected) - 1);
                    Assert.True(error <= bound, $"2^{x[i]}: relative error {error:G3}");
                    worst = Math.Max(worst, error);
                }
            }

            // A bound that is never nearly reached would say nothing of the function.
            Assert.True(worst > bound / 20, $"worst {worst:G3}");
        }
    }

    private readonly struct ExponentialExtremesCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            (double X, double Power)[] exact =
            [
                (0, 1), (-0.0, 1), (-1, 0.5), (-2, 0.25), (-100, Math.Pow(2, -100)), (-126, Math.Pow(2, -126)),
                (double.NegativeInfinity, 0), (double.NaN, double.NaN), (-1e30, 0), (-float.MaxValue, 0), (-5000, 0),
            ];
            foreach ((double x, double power) in exact)
            {
                // Every other lane holds an ordinary argument, which must not notice.
                T[] values = Values<T>(TLanes.Count, i => i % 2 == 0 ? x : -3);
                T[] powers = Map<TLanes, T>(values, TLanes.Exp2NonPositive);
                for (int i = 0; i < powers.Length; i++)
                {
                    Assert.Equal(i % 2 == 0 ? power : 0.125, double.CreateTruncating(powers[i]));
                }
            }

            // Between the smallest normal number and 0: the true value, or 0.
            T[] tiny = Values<T>(TLanes.Count, i => typeof(T) == typeof(float) ? -126.5 - i : -1022.5 - i);
            foreach (T power in Map<TLanes, T>(tiny, TLanes.Exp2NonPositive))
            {
                Assert.InRange(double.CreateTruncating(power), 0, typeof(T) == typeof(float) ? Math.Pow(2, -126) : Math.Pow(2, -1022));
            }
        }
    }

    private readonly struct LogarithmCheck : IWidthCheck
    {
        public void Run<TLanes, T>()
            where TLanes : struct, ILanes<TLanes, T>
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            double bound = typeof(T) == typeof(float) ? 3e-7 : 1e-15;
            for (int exponent = -120; exponent <= 3; exponent++)
            {
                T[] x = Values<T>(TLanes.Count, i => (1 + (i / 17.0)) * Math.Pow(2, exponent));
                T[] logs = Map<TLanes, T>(x, TLanes.Log);
                for (int i = 0; i < x.Length; i++)
                {
                    double expected = Math.Log(double.CreateTruncating(x[i]));
                    double allowed = bound * (1 + Math.Abs(expected));
                    Assert.InRange(double.CreateTruncating(logs[i]) - expected, -allowed, allowed);
                }
            }

            T[] zero = Map<TLanes, T>(Values<T>(TLanes.Count, i => i % 2 == 0 ? 0 : 1), TLanes.Log);
            Assert.Equal(Values<T>(TLanes.Count, i => i % 2 == 0 ? double.NegativeInfinity : 0), zero);
        }
    }
}
