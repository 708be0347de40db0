using System;
using System.Linq;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Losses over more than 2³¹ scores, fed in blocks.</summary>
[Collection(Exclusive.Name)]
public sealed class LogicalSizeTests
{
    [Fact]
    public void MoreThanTwoBillionScores_AreRepeatsOfTheirBlock()
    {
        // Without SIMD the same blocks would take a minute: then fewer of them, which are no longer beyond 2³¹.
        const int BlockRows = 50, Classes = 40_000;
        int blockCount = Vector128.IsHardwareAccelerated ? 1400 : 20;
        int rows = blockCount * BlockRows;
        float[] scores = new float[BlockRows * Classes];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)Math.Sin(i * 0.37);
        }

        int[] blockIds = [.. Enumerable.Range(0, BlockRows).Select(i => i * 797)];
        int[] ids = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            ids[i] = blockIds[i % BlockRows];
        }

        CrossEntropyOptions options = new() { Layout = ScoreLayout.Nv };
        LossSum expected = CrossEntropy.FromLogits(
            new ReadOnlyTensorSpan<float>(scores, [BlockRows, Classes]), new ReadOnlyTensorSpan<int>(blockIds), options: options);
        BlockwiseCrossEntropy blocks = BlockwiseCrossEntropy.FromLogits(
            [rows, Classes], new ReadOnlyTensorSpan<int>(ids), options: options);
        for (int block = 0; block < blockCount; block++)
        {
            blocks.Add(new ReadOnlyTensorSpan<float>(scores, [BlockRows, Classes]));
        }

        LossSum sum = blocks.Complete();
        Assert.True(!Vector128.IsHardwareAccelerated || (long)rows * Classes > int.MaxValue);
        Assert.Equal(rows, sum.Tokens);
        Assert.Equal(expected.Correct * blockCount, sum.Correct);
        Assert.Equal(1, sum.Mean / expected.Mean, 1e-12);
    }
}
