using System;
using System.Linq;
using Xunit;

namespace SeqLoss.Kernels.Tests.Gates;

/// <summary>The values of one row, and beside them some that no kernel may touch.</summary>
internal sealed class GateRow
{
    private const int GuardLength = 16;
    private const float Guard = -77;

    private readonly float[] _memory;

    public GateRow(int length) => _memory = [.. Enumerable.Repeat(Guard, length + (2 * GuardLength))];

    public GateRow(ReadOnlySpan<float> values)
        : this(values.Length)
        => values.CopyTo(Values);

    public Span<float> Values => _memory.AsSpan(GuardLength, _memory.Length - (2 * GuardLength));

    public float this[int index] => Values[index];

    /// <summary>Numbers in [−scale, scale], others for each seed.</summary>
    public static float[] Random(int length, int seed, double scale)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(((2 * random.NextDouble()) - 1) * scale))];
    }

    /// <summary>Such numbers, and in the place of a quarter of them some of <paramref name="others"/>.</summary>
    public static float[] Random(int length, int seed, double scale, float[] others)
    {
        float[] values = Random(length, seed, scale);
        Random random = new(~seed);
        foreach (ref float value in values.AsSpan())
        {
            value = random.Next(4) == 0 ? others[random.Next(others.Length)] : value;
        }

        return values;
    }

    /// <summary>∂f/∂x at x by central differences, to about 1e-10 of f.</summary>
    public static double Derivative(Func<double, double> f, double x)
    {
        const double Step = 1e-5;
        return (f(x + Step) - f(x - Step)) / (2 * Step);
    }

    /// <summary>NaN and ±∞ are equal to themselves only.</summary>
    public static void AssertNear(double expected, float actual, double tolerance, string what)
    {
        bool isNear = double.IsFinite(expected) ? Math.Abs(actual - expected) <= tolerance : expected.Equals(actual);
        Assert.True(isNear, $"{what} is {actual:R}, not {expected:R}: {Math.Abs(actual - expected):G3} apart");
    }

    public void AssertIsIntact()
    {
        Assert.All(_memory[..GuardLength], value => Assert.Equal(Guard, value));
        Assert.All(_memory[^GuardLength..], value => Assert.Equal(Guard, value));
    }
}
