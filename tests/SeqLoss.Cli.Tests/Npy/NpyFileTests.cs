using System;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using SeqLoss.Cli.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Npy;

public sealed class NpyFileTests : IDisposable
{
    // Longer than two staging blocks, and no multiple of a vector.
    private const int ElementCount = 2501;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<char, bool> OrdersOfBytesAndElements => new()
    {
        { '<', false }, { '<', true }, { '>', false }, { '>', true },
    };

    [Theory]
    [MemberData(nameof(OrdersOfBytesAndElements))]
    public void EveryType_ConvertsLikeAScalarCast(char order, bool isFortranOrder)
    {
        CheckIntegers<sbyte>(NpyElementType.Int8, "|i1", isFortranOrder);
        CheckIntegers<short>(NpyElementType.Int16, $"{order}i2", isFortranOrder);
        CheckIntegers<int>(NpyElementType.Int32, $"{order}i4", isFortranOrder);
        CheckIntegers<byte>(NpyElementType.UInt8, "|u1", isFortranOrder);
        CheckIntegers<ushort>(NpyElementType.UInt16, $"{order}u2", isFortranOrder);
        CheckFloats<long>(NpyElementType.Int64, $"{order}i8", isFortranOrder);
        CheckFloats<uint>(NpyElementType.UInt32, $"{order}u4", isFortranOrder);
        CheckFloats<ulong>(NpyElementType.UInt64, $"{order}u8", isFortranOrder);
        CheckFloats<Half>(NpyElementType.Float16, $"{order}f2", isFortranOrder);
        CheckFloats<float>(NpyElementType.Float32, $"{order}f4", isFortranOrder);
        CheckFloats<double>(NpyElementType.Float64, $"{order}f8", isFortranOrder);
    }

    [Fact]
    public void LargeIntegers_ReachInt64Exactly()
    {
        long[] values = [long.MinValue, long.MaxValue, -1, 0, (1L << 53) + 1];
        using NpyFile file = Open(NpyImage.Create(">i8", false, [5], NpyImage.Encode(values, isBigEndian: true)));
        Assert.Equal(values, file.ReadAll<long>());

        uint[] unsigned = [uint.MaxValue, 0, 1u << 31];
        using NpyFile unsignedFile = Open(NpyImage.Create("<u4", false, [3], NpyImage.Encode(unsigned, isBigEndian: false)));
        Assert.Equal([4294967295, 0, 2147483648], unsignedFile.ReadAll<long>());
    }

    [Fact]
    public void Booleans_AreZeroOrOne_WhateverTheByte()
    {
        using NpyFile file = Open(NpyImage.Create("|b1", false, [4], [0, 1, 2, 255]));
        Assert.Equal(NpyElementType.Boolean, file.ElementType);
        Assert.Equal([0, 1, 1, 1], file.ReadAll<int>());
        Assert.Equal([0, 1, 1, 1], file.ReadAll<double>());
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 12)]
    [InlineData(3, 12)]
    public void Versions_DifferInTheLengthField(byte major, int textOffset)
    {
        byte[] image = NpyImage.Create("<f4", false, [2, 3], NpyImage.Encode<float>([1, 2, 3, 4, 5, 6], false), major);
        using NpyFile file = Open(image);
        Assert.Equal([2L, 3L], file.Shape.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], file.ReadAll<float>());
        Assert.True(image.AsSpan(textOffset).StartsWith("{'descr'"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public unsafe void UnalignedData_AreViewedInPlace(int padding)
    {
        float[] values = [.. Enumerable.Range(0, 100).Select(i => i - 0.5f)];
        string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (100,), }" + new string(' ', padding) + '\n';
        using NpyFile file = Open(NpyImage.FromText(text, NpyImage.Encode(values, false)));
        Assert.True(file.IsNative);
        Assert.Equal((10 + text.Length) % 4, (int)((nint)file.Data % 4));
        Assert.Equal(values, new ReadOnlySpan<float>(file.Data, 100));
        Assert.Equal(values, file.ReadAll<float>());
    }

    [Theory]
    [InlineData("<f4", false, true)]
    [InlineData(">f4", false, false)]
    [InlineData("<f4", true, false)]
    [InlineData("|b1", false, true)]
    [InlineData(">u1", false, true)]
    public void IsNative_MeansNothingToSwapOrGather(string descr, bool isFortranOrder, bool isNative)
    {
        using NpyFile file = Open(NpyImage.Create(descr, isFortranOrder, [2, 2], new byte[descr.EndsWith('4') ? 16 : 4]));
        Assert.Equal(isNative, file.IsNative);
    }

    [Fact]
    public void FortranOrderOfOneLongAxis_IsCOrder()
    {
        using NpyFile file = Open(NpyImage.Create("<f4", true, [1, 3, 1], NpyImage.Encode<float>([1, 2, 3], false)));
        Assert.True(file.IsNative);
        Assert.Equal([1f, 2, 3], file.ReadAll<float>());
    }

    [Fact]
    public void Scalar_HasOneElementAndNoAxes()
    {
        using NpyFile file = Open(NpyImage.Create("<f8", false, [], NpyImage.Encode([2.5], false)));
        Assert.Equal(1, file.Length);
        Assert.True(file.Shape.IsEmpty);
        Assert.Equal("() float64", file.DescribeShape());
        Assert.Equal([2.5], file.ReadAll<double>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void EmptyArray_HasNoElementsAndItsShape(bool isFortranOrder)
    {
        using NpyFile file = Open(NpyImage.Create("<f4", isFortranOrder, [3, 0, 2], []));
        Assert.Equal(0, file.Length);
        Assert.Equal("[3, 0, 2] float32", file.DescribeShape());
        Assert.Empty(file.ReadAll<float>());
        Assert.True(file.IsNative);
        Assert.True(file.Data is null);
    }

    [Theory]
    [InlineData("{\"shape\":(2,3,),\"fortran_order\":False,\"descr\":\"<f4\"}")]
    [InlineData(" \t{ 'shape' : ( 2L , 3L ) , 'descr' : '<f4' ,\r\n 'fortran_order' : False } \n ")]
    public void Header_MayBeWrittenInAnyOrderQuotesAndSpacing(string text)
    {
        using NpyFile file = Open(NpyImage.FromText(text, new byte[24]));
        Assert.Equal("[2, 3] float32", file.DescribeShape());
    }

    [Fact]
    public void CopyTo_TakesAnyRangeAndNoOther()
    {
        using NpyFile file = Open(NpyImage.Create("<i4", false, [5], NpyImage.Encode([10, 11, 12, 13, 14], false)));
        long[] destination = new long[3];
        file.CopyTo<long>(2, destination);
        Assert.Equal([12, 13, 14], destination);
        file.CopyTo(5, Span<long>.Empty);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo<long>(3, destination));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo<long>(-1, destination));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo<long>(long.MaxValue, destination));
    }

    [Fact]
    public unsafe void DisposedFile_RefusesReads()
    {
        NpyFile file = Open(NpyImage.Create("<f4", false, [1], new byte[4]));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.CopyTo<float>(0, new float[1]));
        Assert.Throws<ObjectDisposedException>(() => file.Data is null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MoreElementsThan32BitsCount_AreReadWithoutMemory(bool isFortranOrder)
    {
        // A sparse file: 8 GiB that take up no space, with marks at the first and at the last element.
        const long Rows = 2;
        const long Columns = (1L << 32) + 5;
        byte[] header = NpyImage.Create("|u1", isFortranOrder, [Rows, Columns], data: []);
        string path = folder.Write("sparse.npy", header);
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.SetLength(header.Length + (Rows * Columns));
            stream.Position = header.Length;
            stream.WriteByte(7);
            stream.Position = stream.Length - 1;
            stream.WriteByte(9);
        }

        using NpyFile file = NpyFile.Open(path);
        long[] ends = [-1, -1];
        file.CopyTo<long>(0, ends.AsSpan(0, 1));
        file.CopyTo<long>(file.Length - 1, ends.AsSpan(1, 1));
        Assert.Equal([7, 9], ends);
        var refusal = Assert.Throws<BadFileException>(() => file.ReadAll<double>());
        Assert.Equal($"{path}: [2, 4294967301] uint8 does not fit into memory at once; save a smaller array", refusal.Message);
    }

    private void CheckIntegers<TStored>(NpyElementType type, string descr, bool isFortranOrder)
        where TStored : unmanaged, INumber<TStored>
    {
        CheckFloats<TStored>(type, descr, isFortranOrder);
        Check<TStored, long>(type, descr, isFortranOrder);
        Check<TStored, int>(type, descr, isFortranOrder);
    }

    private void CheckFloats<TStored>(NpyElementType type, string descr, bool isFortranOrder)
        where TStored : unmanaged, INumber<TStored>
    {
        Check<TStored, double>(type, descr, isFortranOrder);
        Check<TStored, float>(type, descr, isFortranOrder);
        Check<TStored, Half>(type, descr, isFortranOrder);
    }

    private void Check<TStored, T>(NpyElementType type, string descr, bool isFortranOrder)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        const int Rows = 41;
        const int Columns = ElementCount / Rows;
        var values = new TStored[ElementCount];
        new Random(descr[1]).NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        TStored[] stored = isFortranOrder ? NpyImage.ToFortranOrder(values, [Rows, Columns]) : values;
        byte[] image = NpyImage.Create(descr, isFortranOrder, [Rows, Columns], NpyImage.Encode(stored, descr[0] == '>'));

        using NpyFile file = Open(image);
        Assert.Equal(type, file.ElementType);
        Assert.Equal(ElementCount, file.Length);
        // Element by element: arrays of NaN are equal only by Equals.
        Assert.All(
            file.ReadAll<T>().Zip(values),
            pair => Assert.True(T.CreateTruncating(pair.Second).Equals(pair.First), $"{pair.Second} became {pair.First}"));
    }

    private NpyFile Open(byte[] image) => NpyFile.Open(folder.Write("array.npy", image));
}
