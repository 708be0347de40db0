using System;
using System.IO;
using System.Text;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Files that numpy 1.24.2 wrote: <c>numpy.save(file, EXPRESSION)</c>, the expression beside each.</summary>
/// <remarks>
/// All of these headers are 128 bytes long: 10 bytes that are the same, the dictionary, spaces and a line feed. The text
/// is given without the spaces.
/// </remarks>
public sealed class NumpyGoldenTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string, double[]> Files => new()
    {
        // numpy.array([[1.5, -2], [3, float("nan")]], "<f4")
        {
            "'<f4', 'fortran_order': False, 'shape': (2, 2)",
            "0000C03F000000C0000040400000C07F",
            "[2, 2] float32",
            [1.5, -2, 3, double.NaN]
        },
        // numpy.array(2.5)
        { "'<f8', 'fortran_order': False, 'shape': ()", "0000000000000440", "() float64", [2.5] },
        // numpy.array([[1, -2, 3], [4, 5, -6]], ">i8", order="F")
        {
            "'>i8', 'fortran_order': True, 'shape': (2, 3)",
            "00000000000000010000000000000004FFFFFFFFFFFFFFFE00000000000000050000000000000003FFFFFFFFFFFFFFFA",
            "[2, 3] int64",
            [1, -2, 3, 4, 5, -6]
        },
        // numpy.array([True, False, True])
        { "'|b1', 'fortran_order': False, 'shape': (3,)", "010001", "[3] bool", [1, 0, 1] },
        // numpy.zeros((0, 3), "f2")
        { "'<f2', 'fortran_order': False, 'shape': (0, 3)", "", "[0, 3] float16", [] },
        // numpy.arange(4, dtype=">f8").reshape(2, 2)
        {
            "'>f8', 'fortran_order': False, 'shape': (2, 2)",
            "00000000000000003FF000000000000040000000000000004008000000000000",
            "[2, 2] float64",
            [0, 1, 2, 3]
        },
        // numpy.array([2**64 - 1, 7], "u8")
        { "'<u8', 'fortran_order': False, 'shape': (2,)", "FFFFFFFFFFFFFFFF0700000000000000", "[2] uint64", [18446744073709551615.0, 7] },
        // numpy.asfortranarray(numpy.arange(24, dtype="i2").reshape(2, 3, 4))
        {
            "'<i2', 'fortran_order': True, 'shape': (2, 3, 4)",
            "00000C00040010000800140001000D00050011000900150002000E00060012000A00160003000F00070013000B001700",
            "[2, 3, 4] int16",
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
        },
        // numpy.array([0.5, -65504], "f2")
        { "'<f2', 'fortran_order': False, 'shape': (2,)", "0038FFFB", "[2] float16", [0.5, -65504] },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void FilesByNumpy_ReadAsTheirExpression(string dictionary, string data, string shape, double[] values)
    {
        using NpyFile file = NpyFile.Open(folder.Write("array.npy", Image(dictionary, data)));
        Assert.Equal(shape, file.DescribeShape());
        Assert.Equal(values, file.ReadAll<double>());
    }

    [Fact]
    public void OurFiles_AreThoseOfNumpyByteForByte()
    {
        // numpy.array([[1.5, -2], [3, float("nan")]], "<f4"), its NaN with the sign that numpy gives it
        string path = folder.PathOf("ours.npy");
        using (var writer = new NpyWriter<float>(path, [2, 2]))
        {
            writer.Append([1.5f, -2, 3, BitConverter.UInt32BitsToSingle(0x7FC00000)]);
            writer.Complete();
        }

        Assert.Equal(Image("'<f4', 'fortran_order': False, 'shape': (2, 2)", "0000C03F000000C0000040400000C07F"), File.ReadAllBytes(path));

        // numpy.array(2.5)
        using (var writer = new NpyWriter<double>(path, []))
        {
            writer.Append([2.5]);
            writer.Complete();
        }

        Assert.Equal(Image("'<f8', 'fortran_order': False, 'shape': ()", "0000000000000440"), File.ReadAllBytes(path));
    }

    private static byte[] Image(string dictionary, string data)
    {
        string text = $"{{'descr': {dictionary}, }}".PadRight(117) + '\n';
        return [.. Convert.FromHexString("934E554D505901007600"), .. Encoding.ASCII.GetBytes(text), .. Convert.FromHexString(data)];
    }
}
