using System;
using System.Linq;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Arrays that may be larger than a span.</summary>
public sealed class FloatBufferTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(100)]
    public void Pieces_AreAppendedInOrder(int longestSpan)
    {
        using var buffer = new FloatBuffer([2, 3]);
        for (nint i = 0; i < 6; i++)
        {
            buffer.Span[i / 3, i % 3] = i;
        }

        string path = folder.PathOf("buffer.npy");
        using (var writer = new NpyWriter<float>(path, [2, 3]))
        {
            buffer.AppendTo(writer, longestSpan);
            writer.Complete();
        }

        (string type, string shape, double[] values) = ArrayFile.Load(path);
        Assert.Equal(("<f4", "2, 3"), (type, shape));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => (double)i), values);
    }
}
