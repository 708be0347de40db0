using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Tensors from numbers as frameworks print them, and comparisons with such numbers.</summary>
internal static class Arrays
{
    public static Tensor<double> Doubles(nint[] lengths, params double[] values) => Tensor.Create(values, lengths);

    /// <summary>One number everywhere.</summary>
    public static Tensor<double> Full(nint[] lengths, double value)
        => Tensor.Create(Enumerable.Repeat(value, (int)lengths.Aggregate((a, b) => a * b)).ToArray(), lengths);

    public static Tensor<int> Ids(nint[] lengths, params int[] ids) => Tensor.Create(ids, lengths);

    /// <summary>Numbers drawn evenly.</summary>
    public static double[] Draw(int seed, int count, double from, double to)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => from + ((to - from) * random.NextDouble()))];
    }

    /// <summary>Rows of the last axis scaled to sum to one.</summary>
    public static double[] Normalized(double[] values, int classes)
        => [.. values.Chunk(classes).SelectMany(row => row.Select(value => value / row.Sum()))];

    public static double[] ToArray(Tensor<double> tensor)
    {
        double[] values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    public static void Equal(double expected, ConventionLoss actual, double tolerance)
    {
        Assert.Null(actual.Values);
        Near(expected, actual.Value, tolerance, "value");
    }

    public static void Equal(double[] expected, ConventionLoss actual, double tolerance, params nint[] lengths)
    {
        Assert.NotNull(actual.Values);
        if (lengths.Length > 0)
        {
            Assert.Equal(lengths, actual.Values.Lengths.ToArray());
        }

        Equal(expected, ToArray(actual.Values), tolerance);
    }

    public static void Equal(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Near(expected[i], actual[i], tolerance, $"element {i}");
        }
    }

    private static void Near(double expected, double actual, double tolerance, string what)
        => Assert.True(
            expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance,
            $"{what}: expected {expected:R}, was {actual:R}");
}
