using System;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>What a decoder reads and what it must predict.</summary>
public sealed class TeacherForcingTests
{
    [Fact]
    public void ShiftRight_PutsStartBeforeAndEndBehind()
    {
        int[] inputs = new int[12], labels = new int[12], lengths = new int[3];
        TeacherForcing.ShiftRight([5, 6, 7, 8, -9, -9, -9, -9, -9], [3, 1, 0], new SequenceMarkers(1, 2, 0), inputs, labels, lengths);
        Assert.Equal([1, 5, 6, 7, 1, 8, 0, 0, 1, 0, 0, 0], inputs);
        Assert.Equal([5, 6, 7, 2, 8, 2, 0, 0, 2, 0, 0, 0], labels);
        Assert.Equal([4, 2, 1], lengths);
    }

    /// <summary>At every counted step the label is the next input: neither is off by one.</summary>
    [Fact]
    public void Labels_AreTheNextInputs() => Law.Holds(100, seed =>
    {
        Random random = new(seed);
        int batch = random.Next(1, 5), time = random.Next(0, 7);
        int[] tokens = Array.ConvertAll(new int[batch * time], _ => random.Next(3, 50));
        int[] lengths = Array.ConvertAll(new int[batch], _ => random.Next(time + 1));
        int[] inputs = new int[batch * (time + 1)], labels = new int[batch * (time + 1)], shifted = new int[batch];
        TeacherForcing.ShiftRight(tokens, lengths, new SequenceMarkers(1, 2, 0), inputs, labels, shifted);
        for (int b = 0; b < batch; b++)
        {
            int start = b * (time + 1);
            Assert.Equal(lengths[b] + 1, shifted[b]);
            Assert.Equal(1, inputs[start]);
            Assert.Equal(2, labels[start + lengths[b]]);
            for (int t = 0; t < lengths[b]; t++)
            {
                Assert.Equal(tokens[(b * time) + t], labels[start + t]);
                Assert.Equal(labels[start + t], inputs[start + t + 1]);
            }
        }
    });

    [Fact]
    public void NoSequences_AreNothing() => TeacherForcing.ShiftRight([], [], new SequenceMarkers(1, 2, 0), [], [], []);
}
