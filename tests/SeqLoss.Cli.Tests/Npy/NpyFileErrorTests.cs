using System;
using System.Text;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Every refusal of a file's content: the whole sentence, but for the path that it begins with.</summary>
public sealed class NpyFileErrorTests : IDisposable
{
    private const string SaveAgain = "save the array again with numpy.save";
    private const string SaveAsFloat32 = "save it as float32: numpy.save(name, array.astype('float32'))";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("504B030414000000", "not an .npy file but a zip archive, such as .npz; save one of its arrays alone: "
        + "numpy.save('array.npy', numpy.load('archive.npz')['name'])")]
    [InlineData("894844460D0A1A0A", "not an .npy file but an HDF5 file; save one of its arrays alone: "
        + "numpy.save('array.npy', h5py.File('archive.h5')['name'][()])")]
    [InlineData("0102", "not an .npy file, it begins with 0102 instead of 934E554D5059; save the array with numpy.save")]
    [InlineData(
        "934E554D505A0100",
        "not an .npy file, it begins with 934E554D505A instead of 934E554D5059; save the array with numpy.save")]
    [InlineData("934E554D505901", "the file ends inside its first 8 bytes; it is cut off, copy or save it again")]
    [InlineData("934E554D505904000000", "version 4.0 of the .npy format is unknown (1.0, 2.0 and 3.0 are known); " + SaveAgain)]
    [InlineData("934E554D505900000000", "version 0.0 of the .npy format is unknown (1.0, 2.0 and 3.0 are known); " + SaveAgain)]
    [InlineData("934E554D505901010000", "version 1.1 of the .npy format is unknown (1.0, 2.0 and 3.0 are known); " + SaveAgain)]
    [InlineData("934E554D5059010010", "the header needs 10 bytes and the file has 9; the file is cut off, copy or save it again")]
    [InlineData("934E554D50590200100000", "the header needs 12 bytes and the file has 11; the file is cut off, copy or save it again")]
    [InlineData("934E554D5059010010007B", "the header needs 26 bytes and the file has 11; the file is cut off, copy or save it again")]
    [InlineData("934E554D50590200FFFFFFFF", "the header claims to be 4294967295 bytes long, the limit is 1048576; " + SaveAgain)]
    public void Start_IsCheckedFirst(string bytes, string sentence) => AssertRefused(Convert.FromHexString(bytes), sentence);

    [Theory]
    [InlineData("'|O'", "the elements are '|O' (Python objects); save a numeric array")]
    [InlineData("'<c16'", "the elements are '<c16' (complex numbers); save its real part as float32")]
    [InlineData("'<U5'", "the elements are '<U5' (text); save numbers, ids as int64")]
    [InlineData("'|S5'", "the elements are '|S5' (text); save numbers, ids as int64")]
    [InlineData("'<M8[D]'", "the elements are '<M8[D]' (dates or times); save numbers, ids as int64")]
    [InlineData("'<m8[s]'", "the elements are '<m8[s]' (dates or times); save numbers, ids as int64")]
    [InlineData(
        "'|V2'",
        "the elements are '|V2' (raw bytes, 2 each; numpy has no bfloat16, so an array of bfloat16 is saved like this); "
            + SaveAsFloat32)]
    [InlineData(
        "'<V1'",
        "the elements are '<V1' (raw bytes, 1 each; numpy has no float8, so an array of float8 is saved like this); "
            + SaveAsFloat32)]
    [InlineData("'|V16'", "the elements are '|V16' (raw bytes); " + SaveAsFloat32)]
    [InlineData("'<f16'", "the elements are '<f16' (floating-point numbers of an unusual size); " + SaveAsFloat32)]
    [InlineData("''", "the elements are '' (an unknown type); " + SaveAsFloat32)]
    [InlineData("'<i3'", "the elements are '<i3' (an unknown type); " + SaveAsFloat32)]
    [InlineData("'\u001b[31m'", "the elements are '?[31m' (an unknown type); " + SaveAsFloat32)]
    [InlineData(
        "'f4'",
        "the elements are 'f4', which does not say the order of their bytes; "
            + "save the array again with numpy.save, which writes '<' or '>'")]
    [InlineData(
        "'|f4'",
        "the elements are '|f4', which does not say the order of their bytes; "
            + "save the array again with numpy.save, which writes '<' or '>'")]
    [InlineData("[('a', '<i4'), ('b', '<f8')]", "the elements are records with several fields (a structured array); "
        + "save one field alone: numpy.save(name, array['field'])")]
    [InlineData("('<f4', (2,))", "the elements are records with several fields (a structured array); "
        + "save one field alone: numpy.save(name, array['field'])")]
    [InlineData("3", "the header is damaged at byte 20: a type in quotes expected and '3' found; " + SaveAgain)]
    [InlineData(
        @"'\x3cf4'",
        "the header is damaged at byte 20: a type in quotes, closed and without escapes, expected and ''' found; " + SaveAgain)]
    public void Descr_MustBePlainNumbers(string descr, string sentence) =>
        AssertRefused($"{{'descr': {descr}, 'fortran_order': False, 'shape': (2,), }}", sentence);

    [Theory]
    [InlineData("(-1,)", "the shape has a negative size; the header is damaged, " + SaveAgain)]
    [InlineData(
        "(9223372036854775808,)",
        "the shape has the size 9223372036854775808, which is more than 2^63 - 1; the header is damaged, " + SaveAgain)]
    [InlineData(
        "(9223372036854775807, 3)",
        "the shape [9223372036854775807, 3] float32 needs more than 2^63 bytes; the header is damaged, " + SaveAgain)]
    [InlineData(
        "(0, 4294967296, 4294967296)",
        "the shape [0, 4294967296, 4294967296] float32 needs more than 2^63 bytes; the header is damaged, " + SaveAgain)]
    [InlineData("(3)", "the shape (3) is a number in Python and no tuple, which is (3,); the header is damaged, " + SaveAgain)]
    [InlineData("(,)", "the header is damaged at byte 61: a size expected and ',' found; " + SaveAgain)]
    [InlineData("(1 2)", "the header is damaged at byte 63: ',' or ')' expected and '2' found; " + SaveAgain)]
    [InlineData("(010, 2)", "the header is damaged at byte 61: a size expected and '0' found; " + SaveAgain)]
    [InlineData("[2]", "the header is damaged at byte 60: '(' expected and '[' found; " + SaveAgain)]
    [InlineData("None", "the header is damaged at byte 60: '(' expected and 'N' found; " + SaveAgain)]
    public void Shape_MustBeATupleOfSizes(string shape, string sentence) =>
        AssertRefused($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}", sentence);

    [Fact]
    public void Shape_MayHave64Axes()
    {
        static string Header(int axes) =>
            $"{{'descr': '<f4', 'fortran_order': True, 'shape': ({new StringBuilder().Insert(0, "1, ", axes)})}}";
        using (NpyFile file = NpyFile.Open(folder.Write("most.npy", NpyImage.FromText(Header(64), new byte[4]))))
        {
            Assert.Equal(64, file.Shape.Length);
        }

        AssertRefused(Header(65), "the shape has more than 64 axes; reshape the array before you save it");
    }

    [Theory]
    [InlineData("", "the header is damaged at byte 10: '{' expected and the end of the header found; " + SaveAgain)]
    [InlineData("{'descr'", "the header is damaged at byte 18: ':' expected and the end of the header found; " + SaveAgain)]
    [InlineData(
        "{'descr",
        "the header is damaged at byte 11: a key in quotes, closed and without escapes, expected and ''' found; " + SaveAgain)]
    [InlineData("{descr", "the header is damaged at byte 11: a key in quotes expected and 'd' found; " + SaveAgain)]
    [InlineData("{'fortran_order': 0", "the header is damaged at byte 28: True or False expected and '0' found; " + SaveAgain)]
    [InlineData("{'fortran_order': Truely", "the header is damaged at byte 32: ',' or '}' expected and 'l' found; " + SaveAgain)]
    [InlineData("{'fortran_order': True, 'fortran_order': True}", "the header has the key 'fortran_order' twice; " + SaveAgain)]
    [InlineData("{'descr': '<f4', 'descr': '<f4'}", "the header has the key 'descr' twice; " + SaveAgain)]
    [InlineData("{'shape': (), 'shape': ()}", "the header has the key 'shape' twice; " + SaveAgain)]
    [InlineData("{'order': 1}", "the header has the unknown key 'order'; " + SaveAgain)]
    [InlineData(
        "{'0123456789012345678901234567890123456789x': 1}",
        "the header has the unknown key '0123456789012345678901234567890123456789...'; " + SaveAgain)]
    [InlineData("{}", "the header has no key 'descr'; " + SaveAgain)]
    [InlineData("{'descr': '<f4', 'shape': ()}", "the header has no key 'fortran_order'; " + SaveAgain)]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "the header has no key 'shape'; " + SaveAgain)]
    [InlineData("{} 1", "the header is damaged at byte 13: the end of the header expected and '1' found; " + SaveAgain)]
    public void Dictionary_HasThreeKeysAndNothingElse(string text, string sentence) => AssertRefused(text, sentence);

    [Theory]
    [InlineData(23, "the shape [2, 3] float32 needs 24 bytes of data and 23 are there; the file is cut off, copy or save it again")]
    [InlineData(0, "the shape [2, 3] float32 needs 24 bytes of data and 0 are there; the file is cut off, copy or save it again")]
    [InlineData(25, "the shape [2, 3] float32 needs 24 bytes of data and 25 are there; "
        + "the file holds something else behind the array, save the array alone with numpy.save")]
    public void Data_AreAsLongAsTheShapeNeeds(int length, string sentence) =>
        AssertRefused(NpyImage.Create("<f4", false, [2, 3], new byte[length]), sentence);

    [Fact]
    public void HeaderBombs_AreReadInOnePass()
    {
        AssertRefused(
            NpyImage.FromText(new string('(', NpyHeader.LongestText), [], major: 2),
            "the header is damaged at byte 12: '{' expected and '(' found; " + SaveAgain);
        AssertRefused(
            NpyImage.FromText("{'shape': (" + new string('9', NpyHeader.LongestText - 11), [], major: 2),
            $"the shape has the size {new string('9', 40)}..., which is more than 2^63 - 1; the header is damaged, {SaveAgain}");
        AssertRefused(
            NpyImage.FromText(new string(' ', NpyHeader.LongestText), [], major: 3),
            $"the header is damaged at byte {12 + NpyHeader.LongestText}: '{{' expected and the end of the header found; {SaveAgain}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_MustFitTheirType(bool isFortranOrder)
    {
        ulong[] values = [1, 2, 3, 4, 5, 1UL << 63];
        string path = folder.Write("ids.npy", NpyImage.Create("<u8", isFortranOrder, [2, 3], NpyImage.Encode(values, false)));
        using NpyFile file = NpyFile.Open(path);
        Assert.Equal(
            $"{path}: the element at [1, 2] is 9223372036854775808, which int64 cannot hold; save numbers that fit int64",
            Assert.Throws<BadFileException>(() => file.ReadAll<long>()).Message);
        Assert.Equal(
            $"{path}: the element at [1, 2] is 9223372036854775808, which int32 cannot hold; save numbers that fit int32",
            Assert.Throws<BadFileException>(() => file.CopyTo<int>(5, new int[1])).Message);
    }

    [Theory]
    [InlineData("<f2", 2, "float16")]
    [InlineData("<f4", 4, "float32")]
    [InlineData("<f8", 8, "float64")]
    public void Ids_AreNotMadeFromFractions(string descr, int size, string name)
    {
        string path = folder.Write("ids.npy", NpyImage.Create(descr, false, [1], new byte[size]));
        using NpyFile file = NpyFile.Open(path);
        Assert.Equal(
            $"{path}: the elements are {name} where integers are needed; save them as int64: numpy.save(name, array.astype('int64'))",
            Assert.Throws<BadFileException>(() => file.ReadAll<long>()).Message);
    }

    private void AssertRefused(string text, string sentence) => AssertRefused(NpyImage.FromText(text, new byte[8]), sentence);

    private void AssertRefused(byte[] image, string sentence)
    {
        string path = folder.Write("array.npy", image);
        Assert.Equal($"{path}: {sentence}", Assert.Throws<BadFileException>(() => NpyFile.Open(path)).Message);
    }
}
