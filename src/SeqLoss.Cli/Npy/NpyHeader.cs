using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Numerics;

namespace SeqLoss.Cli.Npy;

/// <summary>What stands before the data of a .npy file, checked against the length of the file.</summary>
/// <remarks>
/// The file begins with 0x93 "NUMPY", the version in two bytes and the length of the text that follows, in two bytes for
/// version 1 and four for 2 and 3, least significant first. The text is a Python dictionary. The versions differ also in
/// the encoding of the text, which matters to field names alone: no name or code that is accepted here leaves ASCII.
/// </remarks>
/// <seealso href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The format, by its authors.</seealso>
internal sealed class NpyHeader
{
    /// <summary>The longest text that is read; numpy itself refuses texts beyond 10,000 bytes by default.</summary>
    internal const int LongestText = 1 << 20;

    /// <summary>Where the text begins in files of version 1.0.</summary>
    internal const int TextOffsetOfVersion1 = NpySignature.Length + sizeof(ushort);

    private readonly long[] shape;

    private NpyHeader(NpyHeaderFields fields, long length, long dataOffset)
    {
        shape = fields.Shape;
        ElementType = fields.ElementType;
        IsByteSwapped = fields.IsBigEndian == BitConverter.IsLittleEndian && ElementSize > 1;
        // With one axis longer than 1, or none, the two orders are the same.
        IsFortranOrder = fields.IsFortranOrder && length > 0 && Array.FindAll(shape, size => size > 1).Length > 1;
        Length = length;
        DataOffset = dataOffset;
    }

    internal NpyElementType ElementType { get; }

    /// <summary>Whether the bytes of an element stand in the other order than this machine's.</summary>
    internal bool IsByteSwapped { get; }

    /// <summary>Whether the first axis moves fastest, and that is a difference.</summary>
    internal bool IsFortranOrder { get; }

    /// <summary>Whether the elements lie in C order and in this machine's byte order.</summary>
    internal bool IsNative => !IsByteSwapped && !IsFortranOrder;

    internal ReadOnlySpan<long> Shape => shape;

    /// <summary>The number of elements.</summary>
    internal long Length { get; }

    /// <summary>Where the data begins in the file, in bytes. Any number: writers other than numpy do not align it.</summary>
    internal long DataOffset { get; }

    internal int ElementSize => NpyElementTypes.SizeOf(ElementType);

    /// <summary>Reads the header and checks it.</summary>
    /// <param name="stream">A seekable stream at its start; what follows the header is not read.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="BadFileException">The file is no .npy file, is damaged, or holds no plain numbers.</exception>
    internal static NpyHeader Read(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[NpySignature.Length + sizeof(uint)];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        NpySignature.Check(start, path);

        int lengthSize = start[6] == 1 ? sizeof(ushort) : sizeof(uint);
        int textOffset = NpySignature.Length + lengthSize;
        if (start.Length < textOffset)
        {
            throw CutOff(path, textOffset, start.Length);
        }

        ReadOnlySpan<byte> lengthField = start[NpySignature.Length..];
        long textLength = lengthSize == sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(lengthField)
            : BinaryPrimitives.ReadUInt32LittleEndian(lengthField);
        if (textLength > LongestText)
        {
            throw new BadFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: the header claims to be {textLength} bytes long, the limit is {LongestText}; "
                + $"save the array again with numpy.save"));
        }

        long dataOffset = textOffset + textLength;
        if (stream.Length < dataOffset)
        {
            throw CutOff(path, dataOffset, stream.Length);
        }

        byte[] text = new byte[textLength];
        stream.Position = textOffset;
        stream.ReadExactly(text);
        NpyHeaderFields fields = NpyHeaderParser.Parse(new NpyHeaderText(text, textOffset, path));
        return new NpyHeader(fields, CheckedLength(fields, stream.Length - dataOffset, path), dataOffset);
    }

    /// <summary>Describes shape and type as messages name them: <c>[32, 128, 8000] float32</c>; a scalar is <c>()</c>.</summary>
    internal string DescribeShape() => Describe(shape, ElementType);

    /// <summary>Describes a position as messages name it: <c>[3, 17]</c>.</summary>
    /// <param name="element">The position in C order.</param>
    internal string DescribePosition(long element)
    {
        long[] position = new long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (element, position[axis]) = Math.DivRem(element, shape[axis]);
        }

        return Bracketed(position);
    }

    private static long CheckedLength(NpyHeaderFields fields, long dataLength, string path)
    {
        // Zeros are left out, so that a product over some of the axes cannot overflow in the callers either.
        BigInteger count = BigInteger.One;
        bool isEmpty = false;
        foreach (long size in fields.Shape)
        {
            isEmpty |= size == 0;
            count *= size == 0 ? BigInteger.One : size;
        }

        BigInteger needed = count * NpyElementTypes.SizeOf(fields.ElementType);
        if (needed > long.MaxValue)
        {
            throw new BadFileException(
                $"{path}: the shape {Describe(fields.Shape, fields.ElementType)} needs more than 2^63 bytes; "
                + "the header is damaged, save the array again with numpy.save");
        }

        needed = isEmpty ? BigInteger.Zero : needed;
        if (dataLength != needed)
        {
            string cure = dataLength < needed
                ? "the file is cut off, copy or save it again"
                : "the file holds something else behind the array, save the array alone with numpy.save";
            throw new BadFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: the shape {Describe(fields.Shape, fields.ElementType)} needs {needed} bytes of data "
                + $"and {dataLength} are there; {cure}"));
        }

        return isEmpty ? 0 : (long)count;
    }

    private static BadFileException CutOff(string path, long needed, long length) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{path}: the header needs {needed} bytes and the file has {length}; the file is cut off, copy or save it again"));

    private static string Describe(long[] shape, NpyElementType type) => $"{Bracketed(shape)} {NpyElementTypes.NameOf(type)}";

    private static string Bracketed(long[] numbers) => numbers.Length == 0 ? "()" : $"[{string.Join(", ", numbers)}]";
}
