using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

public sealed class NpyWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData(5L)]
    [InlineData(0L)]
    [InlineData(4L, 0L)]
    [InlineData(3L, 4L, 5L)]
    [InlineData(1L, 1L, 1L, 1L, 2L, 3L)]
    public void WrittenArrays_ReadTheSame(params long[] shape)
    {
        double[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(i => 1 / (i + 3.0))];
        string path = folder.PathOf("array.npy");
        using (var writer = new NpyWriter<double>(path, shape))
        {
            writer.Append(values);
            writer.Complete();
        }

        AssertReads(path, shape, NpyElementType.Float64, values);

        float[] singles = [.. values.Select(x => (float)x)];
        using (var writer = new NpyWriter<float>(path, shape))
        {
            writer.Append(singles);
            writer.Complete();
        }

        AssertReads(path, shape, NpyElementType.Float32, singles.Select(x => (double)x));

        Half[] halves = [.. values.Select(x => (Half)x)];
        using (var writer = new NpyWriter<Half>(path, shape))
        {
            writer.Append(halves);
            writer.Complete();
        }

        AssertReads(path, shape, NpyElementType.Float16, halves.Select(x => (double)x));
    }

    [Fact]
    public void Pieces_MakeOneArray()
    {
        // Pieces below, at and above the size of the buffer.
        int[] pieces = [1, 0, 7, 16384, 16385, 100_000, 3];
        float[] values = [.. Enumerable.Range(0, pieces.Sum()).Select(i => (float)i)];
        string path = folder.PathOf("array.npy");
        using (var writer = new NpyWriter<float>(path, [values.Length]))
        {
            int first = 0;
            foreach (int piece in pieces)
            {
                writer.Append(values.AsSpan(first, piece));
                first += piece;
            }

            writer.Complete();
        }

        AssertReads(path, [values.Length], NpyElementType.Float32, values.Select(x => (double)x));
    }

    [Fact]
    public void Data_BeginAtTheNextMultipleOf64()
    {
        string path = folder.PathOf("array.npy");
        for (int axes = 0; axes <= 64; axes++)
        {
            long[] shape = [.. Enumerable.Repeat(1L, axes)];
            using (var writer = new NpyWriter<double>(path, shape))
            {
                writer.Append([7.5]);
                writer.Complete();
            }

            byte[] image = File.ReadAllBytes(path);
            Assert.Equal(sizeof(double), image.Length % 64);
            int padding = image.AsSpan(image.AsSpan().IndexOf((byte)'}') + 1).IndexOf((byte)'\n');
            Assert.InRange(padding, 0, 63);
            AssertReads(path, shape, NpyElementType.Float64, [7.5]);
        }
    }

    [Fact]
    public void Destination_ChangesOnlyOnComplete()
    {
        string path = folder.Write("array.npy", [1, 2, 3]);
        using (var abandoned = new NpyWriter<float>(path, [1]))
        {
            abandoned.Append([4]);
            Assert.Equal(2, Directory.GetFiles(folder.FullName).Length);
            Assert.Single(Directory.GetFiles(folder.FullName, "array.npy.*.tmp"));
        }

        Assert.Equal(new byte[] { 1, 2, 3 }, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));

        using (var writer = new NpyWriter<float>(path, [1]))
        {
            writer.Append([4]);
            writer.Complete();
        }

        AssertReads(path, [1], NpyElementType.Float32, [4]);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Link_StaysAndItsTargetIsReplaced()
    {
        string target = folder.Write("target.npy", [1, 2, 3]);
        string link = folder.PathOf("link.npy");
        File.CreateSymbolicLink(link, target);
        using (var writer = new NpyWriter<float>(link, [1]))
        {
            writer.Append([4]);
            writer.Complete();
        }

        Assert.Equal(target, new FileInfo(link).LinkTarget);
        AssertReads(target, [1], NpyElementType.Float32, [4]);
    }

    [Fact]
    public void OpenFile_KeepsItsArray_WhenItIsReplaced()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = folder.Write("array.npy", NpyImage.Create("<f4", false, [2], NpyImage.Encode<float>([1, 2], false)));
        using NpyFile before = NpyFile.Open(path);
        using (var writer = new NpyWriter<float>(path, [1]))
        {
            writer.Append([9]);
            writer.Complete();
        }

        Assert.Equal([1f, 2], before.ReadAll<float>());
        AssertReads(path, [1], NpyElementType.Float32, [9]);
    }

    [Fact]
    public void WrongCounts_AreRefused()
    {
        string path = folder.PathOf("array.npy");
        using (var writer = new NpyWriter<float>(path, [2, 2]))
        {
            writer.Append([1, 2, 3]);
            Assert.Equal("3 elements for a shape that has 4.", Assert.Throws<InvalidOperationException>(writer.Complete).Message);
            Assert.Equal(
                "5 elements for a shape that has 4.",
                Assert.Throws<InvalidOperationException>(() => writer.Append([4, 5])).Message);
        }

        Assert.Empty(Directory.GetFiles(folder.FullName));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NpyWriter<float>(path, [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NpyWriter<float>(path, new long[65]));
        Assert.Throws<OverflowException>(() => new NpyWriter<float>(path, [1L << 62, 4]));
        Assert.Throws<OverflowException>(() => new NpyWriter<double>(path, [1L << 60]));
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void ImpossibleDestinations_AreRefusedAtTheStart()
    {
        AssertRefused(folder.PathOf("none/array.npy"), "the folder of the file does not exist; create it or name another");
        AssertRefused(folder.FullName, "this is a folder; name a file in it");
        AssertRefused(folder.PathOf("none/"), "this is a folder; name a file in it");
        Assert.Equal("'': this is no path; name an .npy file", Refusal("", [1]).Message);
        if (!OperatingSystem.IsWindows())
        {
            AssertRefused("/dev/null", "this is a device, not a file; name a file in a folder");
        }
    }

    [Fact]
    public void DiskThatIsTooSmall_IsRefusedAtTheStart()
    {
        string path = folder.PathOf("array.npy");
        string message = Refusal(path, [1L << 58]).Message;
        Assert.StartsWith($"{path}: the file cannot be written (", message, StringComparison.Ordinal);
        Assert.EndsWith("); free space or name another folder", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void DestinationThatBecameAFolder_IsRefusedAtTheEnd()
    {
        string path = folder.PathOf("array.npy");
        using (var writer = new NpyWriter<float>(path, []))
        {
            writer.Append([1]);
            Directory.CreateDirectory(path);
            string message = Assert.Throws<BadFileException>(writer.Complete).Message;
            Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    private static void AssertRefused(string path, string sentence) => Assert.Equal($"{path}: {sentence}", Refusal(path, [1]).Message);

    private static BadFileException Refusal(string path, long[] shape) =>
        Assert.Throws<BadFileException>(() => new NpyWriter<float>(path, shape).Dispose());

    private static void AssertReads(string path, long[] shape, NpyElementType type, IEnumerable<double> values)
    {
        using NpyFile file = NpyFile.Open(path);
        Assert.Equal(shape, file.Shape.ToArray());
        Assert.Equal(type, file.ElementType);
        Assert.True(file.IsNative);
        Assert.Equal(values, file.ReadAll<double>());
    }
}
