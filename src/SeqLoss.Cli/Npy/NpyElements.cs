using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SeqLoss.Cli.Npy;

/// <summary>The elements of an array in memory as a file stores them, and their conversion.</summary>
/// <param name="header">The type, the shape and the order of the elements.</param>
/// <param name="data">The first element as stored, of any alignment.</param>
/// <param name="path">The file, for messages.</param>
internal readonly unsafe ref struct NpyElements(NpyHeader header, byte* data, string path)
{
    // What is gathered and swapped before it is converted: 8 KiB at most, a quarter of the smallest first-level cache.
    private const int StagingLength = 1024;

    private readonly NpyHeader header = header;
    private readonly byte* data = data;
    private readonly string path = path;

    /// <summary>Copies elements in C order; the range is the caller's to check. See <see cref="NpyFile.CopyTo"/>.</summary>
    internal void CopyTo<T>(long first, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        if (header.ElementType >= NpyElementType.Float16 && !IsFloatingPoint<T>())
        {
            throw new BadFileException(
                $"{path}: the elements are {NpyElementTypes.NameOf(header.ElementType)} where integers are needed; "
                + "save them as int64: numpy.save(name, array.astype('int64'))");
        }

        switch (header.ElementType)
        {
            case NpyElementType.Boolean:
                Copy<byte, T>(first, destination);
                // numpy takes any byte but 0 for true.
                TensorPrimitives.Min(destination, T.One, destination);
                break;
            case NpyElementType.Int8:
                Copy<sbyte, T>(first, destination);
                break;
            case NpyElementType.Int16:
                Copy<short, T>(first, destination);
                break;
            case NpyElementType.Int32:
                Copy<int, T>(first, destination);
                break;
            case NpyElementType.Int64:
                Copy<long, T>(first, destination);
                break;
            case NpyElementType.UInt8:
                Copy<byte, T>(first, destination);
                break;
            case NpyElementType.UInt16:
                Copy<ushort, T>(first, destination);
                break;
            case NpyElementType.UInt32:
                Copy<uint, T>(first, destination);
                break;
            case NpyElementType.UInt64:
                Copy<ulong, T>(first, destination);
                break;
            case NpyElementType.Float16:
                Copy<Half, T>(first, destination);
                break;
            case NpyElementType.Float32:
                Copy<float, T>(first, destination);
                break;
            default:
                Copy<double, T>(first, destination);
                break;
        }
    }

    private void Copy<TStored, T>(long first, Span<T> destination)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        if (header.IsNative)
        {
            Convert(new ReadOnlySpan<TStored>(data + (first * sizeof(TStored)), destination.Length), first, destination);
            return;
        }

        Span<TStored> staging = stackalloc TStored[StagingLength];
        while (!destination.IsEmpty)
        {
            Span<TStored> block = staging[..Math.Min(StagingLength, destination.Length)];
            if (header.IsFortranOrder)
            {
                FortranOrder.Gather(data, header.Shape, first, block);
            }
            else
            {
                new ReadOnlySpan<TStored>(data + (first * sizeof(TStored)), block.Length).CopyTo(block);
            }

            if (header.IsByteSwapped)
            {
                SwapBytes(block);
            }

            Convert<TStored, T>(block, first, destination[..block.Length]);
            first += block.Length;
            destination = destination[block.Length..];
        }
    }

    private void Convert<TStored, T>(ReadOnlySpan<TStored> block, long first, Span<T> destination)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        if (typeof(TStored) == typeof(T))
        {
            MemoryMarshal.Cast<TStored, T>(block).CopyTo(destination);
        }
        else if (IsFloatingPoint<T>() || sizeof(TStored) < sizeof(T))
        {
            TensorPrimitives.ConvertTruncating(block, destination);
        }
        else
        {
            ConvertIntegers(block, first, destination);
        }
    }

    private void ConvertIntegers<TStored, T>(ReadOnlySpan<TStored> block, long first, Span<T> destination)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < block.Length; i++)
        {
            destination[i] = T.CreateSaturating(block[i]);
            if (TStored.CreateTruncating(destination[i]) != block[i])
            {
                string integer = sizeof(T) == sizeof(long) ? "int64" : "int32";
                throw new BadFileException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: the element at {header.DescribePosition(first + i)} is {block[i]}, which {integer} cannot hold; "
                    + $"save numbers that fit {integer}"));
            }
        }
    }

    private static void SwapBytes<TStored>(Span<TStored> values)
        where TStored : unmanaged
    {
        switch (sizeof(TStored))
        {
            case sizeof(ushort):
                Span<ushort> pairs = MemoryMarshal.Cast<TStored, ushort>(values);
                BinaryPrimitives.ReverseEndianness(pairs, pairs);
                break;
            case sizeof(uint):
                Span<uint> quads = MemoryMarshal.Cast<TStored, uint>(values);
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
            default:
                Span<ulong> octets = MemoryMarshal.Cast<TStored, ulong>(values);
                BinaryPrimitives.ReverseEndianness(octets, octets);
                break;
        }
    }

    private static bool IsFloatingPoint<T>() => typeof(T) == typeof(Half) || typeof(T) == typeof(float) || typeof(T) == typeof(double);
}
