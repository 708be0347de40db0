using System;
using System.Linq;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

public sealed class SafeTensorsReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ExampleOfTheReferenceImplementation_IsRead()
    {
        // From its documentation of deserialize: a header of 60 bytes, which is no multiple of 8, and a type that is only listed.
        byte[] image =
            [.. "<\0\0\0\0\0\0\0{\"test\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}"u8, .. new byte[16]];
        using SafeTensorsReader file = Open(image);
        Assert.Equal(["test: I32 [2, 2]"], file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal(
            $"{file.Path}: the tensor 'test' is of type I32, not F32, F16, BF16; save it again as F32",
            Assert.Throws<ModelFileException>(() => file.Read("test", [2, 2], new float[4])).Message);
    }

    [Fact]
    public void EveryHalf_IsConvertedExactly()
    {
        ushort[] bits = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        byte[] data = new byte[2 * bits.Length];
        Buffer.BlockCopy(bits, 0, data, 0, data.Length);
        float[] values = new float[bits.Length];

        using (SafeTensorsReader file = Open(SafeTensorsImage.CreateOne("F16", "[65536]", data)))
        {
            file.Read("w", [65536], values);
        }

        Assert.Equal(bits.Select(b => (float)BitConverter.UInt16BitsToHalf(b)), values);

        using (SafeTensorsReader file = Open(SafeTensorsImage.CreateOne("BF16", "[65536]", data)))
        {
            file.Read("w", [65536], values);
        }

        // The lower half of a binary32 is zero: bits, since NaN is unlike itself.
        Assert.Equal(bits.Select(b => (uint)b * 65536), values.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void OrderOfHeader_IsNotTheOrderOfData()
    {
        const string Header = """
            {"z":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}, "more":{"dtype":"U8","shape":[3,0],"data_offsets":[4,4],"note":[1,{}]},
            "__metadata__":{"format":"np"}, "a":{"shape":[],"data_offsets":[0,4],"dtype":"F32"}}
            """;
        using SafeTensorsReader file = Open(SafeTensorsImage.Create(Header, 0, 0, 0x80, 0x3F, 7, 9));
        Assert.Equal(["a", "more", "z"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("np", file.Metadata["format"]);

        float[] scalar = new float[1];
        file.Read("a", [], scalar);
        Assert.Equal([1f], scalar);
        byte[] bytes = new byte[2];
        file.Read("z", [2], bytes);
        Assert.Equal([7, 9], bytes);
        file.Read("more", [3, 0], Span<byte>.Empty);
        Assert.Null(file.Find("Z"));
    }

    [Fact]
    public void OtherShapeOrName_NamesBoth()
    {
        using SafeTensorsReader file = Open(SafeTensorsImage.CreateOne("F32", "[2,3]", new byte[24]));
        Assert.Equal(
            $"{file.Path}: the tensor 'w' has the shape [2, 3], the model has [3, 2]; "
            + "name the file of this model, or change the model's sizes",
            Assert.Throws<ModelFileException>(() => file.Read("w", [3, 2], new float[6])).Message);
        Assert.Equal(
            $"{file.Path}: the tensor 'W' is missing, perhaps renamed to 'w'; name the file of this model",
            Assert.Throws<ModelFileException>(() => file.Read("W", [2, 3], new float[6])).Message);
        Assert.Equal(
            $"{file.Path}: the tensor 'w' is of type F32, not I64; save it again as I64",
            Assert.Throws<ModelFileException>(() => file.Read("w", [2, 3], new long[6])).Message);
        Assert.Throws<ArgumentException>(() => file.Read("w", [2, 3], new float[7]));
    }

    [Fact]
    public void Names_MustBeThoseOfTheModel()
    {
        using SafeTensorsReader file = Open(SafeTensorsImage.Create(
            $"{{{Entry("encoder.norm", 0, 1)},{Entry("b", 1, 2)}}}", 1, 2));
        file.RequireNames(["b", "encoder.norm"]);
        Assert.Equal(
            $"{file.Path}: the tensor 'encoder.nrom' (and 1 more) is missing, perhaps renamed to 'encoder.norm'; "
            + "name the file of this model",
            Assert.Throws<ModelFileException>(() => file.RequireNames(["b", "encoder.nrom", "decoder"])).Message);
        Assert.Equal(
            $"{file.Path}: the tensor 'encoder.norm' (and 1 more) is none of this model's; name the file of this model",
            Assert.Throws<ModelFileException>(() => file.RequireNames([])).Message);
    }

    public static TheoryData<string, byte[], string> Damages => new()
    {
        { "short", [1, 2, 3], "a file of 3 bytes has no header; copy or save it again" },
        {
            "long header", [.. BitConverter.GetBytes(100_000_001L), .. "{}"u8],
            "a header of 100000001 bytes is announced, more than the 100000000 of the format; this is no .safetensors file, name another"
        },
        {
            "negative header", [.. BitConverter.GetBytes(-1L), .. "{}"u8],
            "a header of 18446744073709551615 bytes is announced, more than the 100000000 of the format; "
            + "this is no .safetensors file, name another"
        },
        {
            "cut header", SafeTensorsImage.Create("{}")[..9],
            "a header of 2 bytes is announced, but the file ends after 9 bytes; copy or save it again"
        },
        { "no JSON", SafeTensorsImage.Create("{\"w\":]"), Damaged("byte 13: the header is no valid JSON") },
        { "text behind", SafeTensorsImage.Create("{} {}"), Damaged("byte 11: the header is no valid JSON") },
        { "unpaired surrogate", SafeTensorsImage.Create("{\"\\ud800\":{}}"), Damaged("byte 9: the header is no valid JSON") },
        { "no object", SafeTensorsImage.Create("[]"), Damaged("the header is no JSON object") },
        { "no object of a tensor", SafeTensorsImage.Create("{\"w\":1}"), Damaged("the header has no object for 'w'") },
        { "metadata of numbers", SafeTensorsImage.Create("{\"__metadata__\":{\"a\":1}}"), Damaged("__metadata__: 'a' is no text") },
        { "twice", SafeTensorsImage.Create($"{{{Entry("w", 0, 1)},{Entry("w", 1, 2)}}}", 1, 2), Damaged("the header describes 'w' twice") },
        { "overlap", SafeTensorsImage.Create($"{{{Entry("a", 0, 2)},{Entry("b", 1, 3)}}}", 1, 2, 3),
            Damaged("tensor 'b': its data begin at byte 1 of the data and overlap tensor 'a', which ends at 2") },
        { "gap", SafeTensorsImage.Create($"{{{Entry("a", 0, 1)},{Entry("b", 2, 3)}}}", 1, 2, 3),
            Damaged("tensor 'b': its data begin at byte 2 of the data and leave a gap behind tensor 'a', which ends at 1") },
        { "gap in front", SafeTensorsImage.Create($"{{{Entry("a", 1, 3)}}}", 1, 2, 3),
            Damaged("tensor 'a': its data begin at byte 1 of the data and leave a gap behind the header, which ends at 0") },
        { "data left over", [.. SafeTensorsImage.CreateOne("U8", "[2]", 1, 2), 3],
            Damaged("the header describes 2 bytes of data, the file holds 3") },
        { "data missing", SafeTensorsImage.CreateOne("U8", "[2]", 1, 2)[..^1],
            Damaged("the header describes 2 bytes of data, the file holds 1") },
        { "shape against offsets", SafeTensorsImage.CreateOne("F32", "[2]", 1, 2, 3, 4),
            Damaged("tensor 'w': F32 [2] takes 8 bytes, but its data_offsets are [0, 4]") },
        { "negative size", SafeTensorsImage.CreateOne("U8", "[-1,-1]", 1),
            Damaged("tensor 'w': its shape holds something else than whole numbers from 0") },
        { "fraction", SafeTensorsImage.CreateOne("U8", "[1.5]", 1),
            Damaged("tensor 'w': its shape holds something else than whole numbers from 0") },
        { "overflow", SafeTensorsImage.CreateOne("U8", "[4294967296,4294967296]"),
            Damaged("tensor 'w': its shape is of more than 2^63 bytes") },
        { "no array", SafeTensorsImage.CreateOne("U8", "1", 1), Damaged("tensor 'w': its shape is no array") },
        { "no shape", SafeTensorsImage.Create("{\"w\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}"),
            Damaged("tensor 'w': the header does not give its dtype, its shape and two data_offsets") },
        { "three offsets", SafeTensorsImage.Create("{\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0,0]}}"),
            Damaged("tensor 'w': the header does not give its dtype, its shape and two data_offsets") },
        { "two shapes", SafeTensorsImage.Create("{\"w\":{\"shape\":[0],\"shape\":[1]}}"),
            Damaged("tensor 'w': its shape is given twice or is no text") },
        { "unknown type", SafeTensorsImage.CreateOne("F4\\u001b", "[2]", 1),
            "tensor 'w': its dtype 'F4\uFFFD' is unknown; save the file again as F32, F16 or BF16" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_IsOneSentence(string name, byte[] image, string sentence)
    {
        string path = folder.Write($"{name}.safetensors", image);
        Assert.Equal($"{path}: {sentence}", Assert.Throws<ModelFileException>(() => SafeTensorsReader.Open(path)).Message);
    }

    [Fact]
    public void NoFile_IsOneSentence()
    {
        string path = folder.PathOf("none.safetensors");
        Assert.Equal(
            $"{path}: there is no such file; check the path",
            Assert.Throws<ModelFileException>(() => SafeTensorsReader.Open(path)).Message);
        Assert.Equal(
            $"{folder.FullName}: this is a folder; name a .safetensors file in it",
            Assert.Throws<ModelFileException>(() => SafeTensorsReader.Open(folder.FullName)).Message);
        path = folder.Write("empty.safetensors", []);
        Assert.Equal(
            $"{path}: the file is empty, or a pipe or device; copy or save it again",
            Assert.Throws<ModelFileException>(() => SafeTensorsReader.Open(path)).Message);
    }

    private static string Damaged(string fault) => $"{fault}; the file is damaged or incomplete: copy or save it again";

    private static string Entry(string name, int begin, int end)
        => $"\"{name}\":{{\"dtype\":\"U8\",\"shape\":[{end - begin}],\"data_offsets\":[{begin},{end}]}}";

    private SafeTensorsReader Open(byte[] image) => SafeTensorsReader.Open(folder.Write("file.safetensors", image));
}
