using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Log-probabilities against the reference, at the edges of float, in place, and refused.</summary>
public sealed class LogSoftmaxTests
{
    public static TheoryData<string, string> StoragesAndOrders => GradientTests.ScoresAndOrders;

    /// <summary>A float of the exact value: half a unit in the last place, whatever the logits are shifted by.</summary>
    [Theory]
    [MemberData(nameof(StoragesAndOrders))]
    public void Single_IsTheReferenceRoundedOnce(string storageName, string orderName) => Law.Holds(60, seed =>
    {
        (Storage storage, AxisOrder order) = (Enum.Parse<Storage>(storageName), Enum.Parse<AxisOrder>(orderName));
        CrossEntropyCase c = CaseOf(seed, order).StoredAs(storage);
        double[] expected = LogProbsOf(c);
        float[] actual = new float[expected.Length];
        Arrangement arrangement = c.Arrange(order);
        ScoreArray logits = new(storage, arrangement.Lengths, arrangement.Store(c.Scores));
        LogSoftmax.Write(logits.AsScores(), new TensorSpan<float>(actual, arrangement.Lengths), arrangement.ScoreLayout);
        AssertNear(expected, arrangement.Restore<double>(Array.ConvertAll(actual, x => (double)x)), 0.6e-7, $"seed {seed}: {c}");
    });

    [Theory]
    [MemberData(nameof(StoragesAndOrders))]
    public void Double_EqualsTheReference(string storageName, string orderName) => Law.Holds(60, seed =>
    {
        (Storage storage, AxisOrder order) = (Enum.Parse<Storage>(storageName), Enum.Parse<AxisOrder>(orderName));
        CrossEntropyCase c = CaseOf(seed, order).StoredAs(storage);
        double[] actual = new double[c.Scores.Length];
        Arrangement arrangement = c.Arrange(order);
        ScoreArray logits = new(storage, arrangement.Lengths, arrangement.Store(c.Scores));
        LogSoftmax.Write(logits.AsScores(), new TensorSpan<double>(actual, arrangement.Lengths), arrangement.ScoreLayout);
        AssertNear(LogProbsOf(c), arrangement.Restore<double>(actual), 1e-12, $"seed {seed}: {c}");
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void ShiftAndCertainty_CostNoDigit(float shift)
    {
        // ln(1 + 2e⁻²⁰) = 4.1223072363804075e-9: beside 1e4 nothing of it would be left.
        float[] actual = new float[3];
        LogSoftmax.Write(
            new ReadOnlyTensorSpan<float>([shift - 20, shift, shift - 20], [1, 3]), new TensorSpan<float>(actual, [1, 3]), ScoreLayout.Nv);
        double logSum = Differences.LogOfOnePlus(2 * Math.Exp(-20));
        Assert.Equal([(float)(-20 - logSum), (float)-logSum, (float)(-20 - logSum)], actual);
    }

    [Fact]
    public void Infinities_ArePropagated()
    {
        const float Minus = float.NegativeInfinity;
        float[] logits = [0, Minus, 0, Minus, Minus, Minus, 0, float.PositiveInfinity, 0, 0, float.NaN, 0];
        float[] actual = new float[12];
        LogSoftmax.Write(new ReadOnlyTensorSpan<float>(logits, [1, 4, 3]), new TensorSpan<float>(actual, [1, 4, 3]));
        float half = (float)-Math.Log(2);
        Assert.Equal([half, Minus, half, Minus, Minus, Minus, .. Enumerable.Repeat(float.NaN, 6)], actual);
    }

    [Theory]
    [InlineData("BatchTimeClass")]
    [InlineData("BatchClassTime")]
    public void InPlace_EqualsOutOfPlace(string orderName)
    {
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        CrossEntropyCase c = CaseOf(1, order);
        Arrangement arrangement = c.Arrange(order);
        float[] logits = Array.ConvertAll(arrangement.Store(c.Scores), x => (float)x);
        float[] expected = new float[logits.Length];
        ReadOnlyTensorSpan<float> source = new(logits, arrangement.Lengths);
        LogSoftmax.Write(source, new TensorSpan<float>(expected, arrangement.Lengths), arrangement.ScoreLayout);
        LogSoftmax.Write(source, new TensorSpan<float>(logits, arrangement.Lengths), arrangement.ScoreLayout);
        Assert.Equal(expected, logits);
    }

    [Fact]
    public void NoTokens_WriteNothing()
        => LogSoftmax.Write(Tensor.CreateFromShape<float>([0, 2, 3]), Tensor.CreateFromShape<float>([0, 2, 3]));

    [Fact]
    public void WrongCalls_AreRefused()
    {
        float[] memory = [.. Enumerable.Repeat(7f, 13)];
        void Refuses(string phrase, nint[] lengths, int start, ScoreLayout layout = ScoreLayout.Btv)
        {
            LossInputException exception = Assert.Throws<LossInputException>(() => LogSoftmax.Write(
                new ReadOnlyTensorSpan<float>(memory.AsSpan(0, 12), [2, 2, 3]),
                new TensorSpan<float>(memory.AsSpan(start), lengths),
                layout));
            Assert.Contains(phrase, exception.Message, StringComparison.Ordinal);
            Assert.All(memory, value => Assert.Equal(7, value));
        }

        Refuses("the log-probabilities have shape [4, 3], but the logits have [2, 2, 3]", [4, 3], 0);
        Refuses("the tensor of log-probabilities overlaps the logits in part", [2, 2, 3], 1);
        Refuses("the shape of the logits is [2, 2, 3], but", [2, 2, 3], 0, ScoreLayout.Nv);
        Assert.Throws<LossOptionException>(() => LogSoftmax.Write(
            new ReadOnlyTensorSpan<float>(memory, [1, 13]), new TensorSpan<float>(memory, [1, 13]), (ScoreLayout)99));
    }

    private static CrossEntropyCase CaseOf(int seed, AxisOrder order)
    {
        Random random = new(seed);
        int time = order == AxisOrder.Rows ? 1 : random.Next(1, 9);
        int classes = random.Next(4) == 0 ? random.Next(1000, 3000) : random.Next(1, 80);
        CrossEntropyCase c = RandomCases.Plain(seed, random.Next(1, 4), time, classes, scale: random.Next(1, 30));
        double shift = random.Next(3) * 5000;
        return c with { Scores = Array.ConvertAll(c.Scores, x => (double)(float)(x + shift)) };
    }

    private static double[] LogProbsOf(CrossEntropyCase c)
        => [.. Enumerable.Range(0, c.Tokens).SelectMany(i => CrossEntropyReference.NegativeLogProbabilities(
            c, c.Scores.AsSpan(i * c.Classes, c.Classes), out _)).Select(gap => -gap)];

    private static void AssertNear(double[] expected, double[] actual, double relative, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]);
            Assert.True(error <= relative * Math.Abs(expected[i]), $"{what}[{i}]: expected {expected[i]:R}, was {actual[i]:R}");
        }
    }
}
