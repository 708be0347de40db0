using System;
using System.Linq;
using SeqLoss.Planning;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Copies with a mask and with smoothing, from every storage.</summary>
public sealed class TensorCopyTests
{
    private static readonly double[] Values = [0.5, double.NaN, 0.25, 0.125, double.PositiveInfinity, 0];
    private static readonly bool[] Mask = [true, false, true, true, false, false];

    public static TheoryData<string> Storages => [.. Enum.GetNames<Storage>()];

    [Theory]
    [MemberData(nameof(Storages))]
    public void Masked_IsTheFillerWhereTheMaskIsFalse(string storage)
    {
        ScoreArray scores = new(Enum.Parse<Storage>(storage), [2, 3], Values);
        float[] logits = new float[6];
        TensorCopy.Masked(scores.AsScores(), Mask, float.NegativeInfinity, logits);
        const float Minus = float.NegativeInfinity;
        Assert.Equal([0.5f, Minus, 0.25f, 0.125f, Minus, Minus], logits);
        double[] labels = new double[6];
        TensorCopy.Masked<double>(scores.AsTargets(), Mask, labels);
        Assert.Equal([0.5, 0, 0.25, 0.125, 0, 0], labels);
    }

    /// <summary>optax' smooth_labels: the sum stays 1.</summary>
    [Theory]
    [MemberData(nameof(Storages))]
    public void Smoothed_MovesMassToEveryClass(string storage)
    {
        ScoreArray labels = new(Enum.Parse<Storage>(storage), [2, 4], [1, 0, 0, 0, 0.5, 0.25, 0.25, 0]);
        double[] smoothed = new double[8];
        TensorCopy.Smoothed<double>(labels.AsTargets(), 0.25, 4, smoothed);
        Assert.Equal([0.8125, 0.0625, 0.0625, 0.0625, 0.4375, 0.25, 0.25, 0.0625], smoothed);
        Assert.Equal(1, smoothed.Take(4).Sum());
    }

    [Fact]
    public void OtherLengths_AreRefused()
    {
        ScoreArray scores = new(Storage.Single, [2, 3], Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorCopy.Masked(scores.AsScores(), Mask, 0f, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorCopy.Masked(scores.AsScores(), Mask.AsSpan(1), 0f, new float[6]));
    }
}
