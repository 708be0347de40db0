using System;
using System.Linq;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

public sealed class FortranOrderTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(4, 5)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(3, 4, 5)]
    [InlineData(4, 1, 3)]
    [InlineData(2, 3, 4, 5)]
    [InlineData(3, 1, 1, 6)]
    public unsafe void EveryRange_IsGatheredInCOrder(params int[] shape)
    {
        short[] inCOrder = [.. Enumerable.Range(1, shape.Aggregate((a, b) => a * b)).Select(i => (short)i)];
        short[] stored = NpyImage.ToFortranOrder(inCOrder, shape);
        long[] longShape = [.. shape.Select(size => (long)size)];

        fixed (short* data = stored)
        {
            for (int first = 0; first <= stored.Length; first++)
            {
                for (int count = 0; count <= stored.Length - first; count++)
                {
                    short[] gathered = new short[count];
                    FortranOrder.Gather((byte*)data, longShape, first, gathered.AsSpan());
                    Assert.Equal(inCOrder[first..(first + count)], gathered);
                }
            }
        }
    }

    [Fact]
    public void RangesLongerThanAStagingBlock_AreConvertedInCOrder()
    {
        int[] shape = [13, 29, 11];
        double[] inCOrder = [.. Enumerable.Range(0, 13 * 29 * 11).Select(i => i * 0.25)];
        byte[] data = NpyImage.Encode(NpyImage.ToFortranOrder(inCOrder, shape), isBigEndian: true);
        using var folder = new TemporaryFolder();
        using NpyFile file = NpyFile.Open(folder.Write("array.npy", NpyImage.Create(">f8", true, [13, 29, 11], data)));

        var random = new Random(20);
        for (int i = 0; i < 200; i++)
        {
            int first = random.Next(inCOrder.Length);
            float[] range = new float[random.Next(inCOrder.Length - first + 1)];
            file.CopyTo<float>(first, range);
            Assert.Equal(inCOrder.Skip(first).Take(range.Length).Select(x => (float)x), range);
        }
    }
}
