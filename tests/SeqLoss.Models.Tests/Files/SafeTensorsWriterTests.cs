using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class SafeTensorsWriterTests : IDisposable
{
    private static readonly SafeTensor[] _tensors =
    [
        new("flags", SafeTensorType.U8, 3),
        new("weight é\"", SafeTensorType.F32, 2, 3),
        new("empty", SafeTensorType.F32, 0, 4),
        new("step", SafeTensorType.I64),
    ];

    private static readonly float[] _weight = [1.5f, -0f, float.NaN, float.NegativeInfinity, float.Epsilon, 3e38f];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void WrittenTensors_ReadTheSame()
    {
        string path = folder.PathOf("a.safetensors");
        WriteAll(path, step: long.MinValue);
        using SafeTensorsReader file = SafeTensorsReader.Open(path);
        file.RequireNames([.. _tensors.Select(tensor => tensor.Name)]);
        Assert.Equal("1", file.Metadata["version"]);

        float[] weight = new float[6];
        file.Read("weight é\"", [2, 3], weight);
        Assert.Equal(_weight.Select(BitConverter.SingleToUInt32Bits), weight.Select(BitConverter.SingleToUInt32Bits));
        long[] step = new long[1];
        file.Read("step", [], step);
        Assert.Equal([long.MinValue], step);
        byte[] flags = new byte[3];
        file.Read("flags", [3], flags);
        Assert.Equal([1, 0, 255], flags);
    }

    [Fact]
    public void Bytes_AreThoseOfTheFormat()
    {
        string path = folder.PathOf("a.safetensors");
        WriteAll(path, step: 258);
        byte[] bytes = File.ReadAllBytes(path);
        int length = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        // Large elements first, so that all are aligned; then the order of the caller.
        const string Header = """
            {"__metadata__":{"version":"1"},"step":{"dtype":"I64","shape":[],"data_offsets":[0,8]},
            "weight \u00E9\u0022":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},
            "empty":{"dtype":"F32","shape":[0,4],"data_offsets":[32,32]},
            "flags":{"dtype":"U8","shape":[3],"data_offsets":[32,35]}}
            """;
        Assert.Equal(Header.ReplaceLineEndings(""), Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        byte[] weight = new byte[24];
        Buffer.BlockCopy(_weight, 0, weight, 0, 24);
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 0, .. weight, 1, 0, 255], bytes[(8 + length)..]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Data_BeginAtMultiplesOf8(int nameLength)
    {
        string path = folder.PathOf("a.safetensors");
        using (var writer = new SafeTensorsWriter(path, [new SafeTensor(new string('x', nameLength), SafeTensorType.U8, 0)]))
        {
            writer.Write(new string('x', nameLength), ReadOnlySpan<byte>.Empty);
            writer.Complete();
        }

        // Without data the file is its header.
        Assert.Equal(0, new FileInfo(path).Length % 8);
    }

    [Fact]
    public void FailedWrites_LeaveTheFileBefore()
    {
        string path = folder.Write("a.safetensors", [1, 2, 3]);
        using (var writer = new SafeTensorsWriter(path, _tensors))
        {
            writer.Write("step", [5L]);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            Assert.Equal("'weight é\"' has not been written.", Assert.Throws<InvalidOperationException>(writer.Complete).Message);
        }

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        WriteAll(path, step: 1);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        using SafeTensorsReader file = SafeTensorsReader.Open(path);
        Assert.Equal(4, file.Tensors.Count);
    }

    [Fact]
    public void RefusedRename_LeavesTheFileBefore()
    {
        // A folder that appears under the name meanwhile.
        string path = folder.PathOf("a.safetensors");
        using (var writer = new SafeTensorsWriter(path, [new SafeTensor("b", SafeTensorType.U8, 1)]))
        {
            writer.Write("b", [1]);
            Directory.CreateDirectory(path);
            string message = Assert.Throws<ModelFileException>(writer.Complete).Message;
            Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
            Assert.EndsWith("name another folder", message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void NoPlace_IsOneSentence()
    {
        string path = folder.PathOf("none/a.safetensors");
        Assert.Equal(
            $"{path}: the folder of the file does not exist; create it or name another",
            Assert.Throws<ModelFileException>(() => new SafeTensorsWriter(path, _tensors)).Message);
        path = folder.PathOf("large.safetensors");
        var large = new SafeTensor("large", SafeTensorType.U8, 1L << 60);
        Assert.StartsWith(
            $"{path}: the file cannot be written (",
            Assert.Throws<ModelFileException>(() => new SafeTensorsWriter(path, [large])).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void Mistakes_OfTheCallerAreRefused()
    {
        string path = folder.PathOf("a.safetensors");
        Assert.Throws<ArgumentException>(() => new SafeTensorsWriter(path, [_tensors[0], _tensors[0]]));
        Assert.Throws<ArgumentException>(() => new SafeTensorsWriter(path, [new SafeTensor("h", SafeTensorType.F16, 1)]));
        Assert.Throws<ArgumentException>(() => new SafeTensor("__metadata__", SafeTensorType.F32, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SafeTensor("a", SafeTensorType.F32, -1));
        Assert.Throws<OverflowException>(() => new SafeTensor("a", SafeTensorType.F32, long.MaxValue / 2));
        using var writer = new SafeTensorsWriter(path, _tensors);
        Assert.Throws<ArgumentException>(() => writer.Write("none", [1f]));
        Assert.Throws<ArgumentException>(() => writer.Write("step", [1f]));
        Assert.Throws<ArgumentException>(() => writer.Write("step", [1L, 2L]));
        writer.Write("step", [1L]);
        Assert.Throws<InvalidOperationException>(() => writer.Write("step", [1L]));
    }

    [Fact]
    public void TensorsBeyondTheBuffer_KeepTheirPlaces()
    {
        // Longer than the buffer of the file, written from the last to the first.
        const int Length = 40_000;
        SafeTensor[] tensors = [.. Enumerable.Range(0, 5).Select(i => new SafeTensor($"t{i}", SafeTensorType.F32, Length))];
        string path = folder.PathOf("a.safetensors");
        using (var writer = new SafeTensorsWriter(path, tensors))
        {
            for (int i = 4; i >= 0; i--)
            {
                writer.Write($"t{i}", [.. Enumerable.Range(0, Length).Select(j => (float)((i * Length) + j))]);
            }

            writer.Complete();
        }

        using SafeTensorsReader file = SafeTensorsReader.Open(path);
        float[] values = new float[Length];
        for (int i = 0; i < 5; i++)
        {
            file.Read($"t{i}", [Length], values);
            Assert.Equal(Enumerable.Range(i * Length, Length).Select(j => (float)j), values);
        }
    }

    internal static void WriteAll(string path, long step)
    {
        using var writer = new SafeTensorsWriter(path, _tensors, new Dictionary<string, string> { ["version"] = "1" });
        writer.Write("flags", [1, 0, 255]);
        writer.Write("step", [step]);
        writer.Write("weight é\"", _weight);
        writer.Write("empty", ReadOnlySpan<float>.Empty);
        writer.Complete();
    }
}
