using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Npy;

/// <summary>Writes an array to a .npy file piece by piece; the file appears under its name when it is complete.</summary>
/// <remarks>
/// An <see cref="AtomicFile"/> carries the data. The format is version 1.0: with at most 64 axes a header never needs the longer
/// length field of version 2.0.
/// </remarks>
/// <typeparam name="T">The element type: float, double or Half.</typeparam>
internal sealed class NpyWriter<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // numpy aligns the data like this too, for the sake of those who map the file.
    private const int DataAlignment = 64;

    private readonly AtomicFile file;
    private readonly long length;
    private long written;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="shape">The sizes of the axes; empty for a scalar.</param>
    /// <exception cref="BadFileException">
    /// The folder is missing or closed to writing, the disk is too small, or the path names a folder or a device.
    /// </exception>
    /// <exception cref="ArgumentException">The shape has more than 64 axes or a negative size.</exception>
    /// <exception cref="OverflowException">The shape needs 2^63 bytes or more.</exception>
    internal NpyWriter(string path, ReadOnlySpan<long> shape)
    {
        length = CheckedLength(shape);
        byte[] header = CreateHeader(shape);
        file = new AtomicFile(path, NpyFileKind.Value, checked(header.Length + (length * Unsafe.SizeOf<T>())));
        // Stays in the buffer and so cannot fail: no constructor leaves a temporary file behind.
        file.Write(header);
    }

    /// <summary>Appends elements, in C order.</summary>
    /// <exception cref="BadFileException">The disk is full or the file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">There are more elements than the shape has.</exception>
    internal void Append(ReadOnlySpan<T> elements)
    {
        if (elements.Length > length - written)
        {
            throw new InvalidOperationException($"{written + elements.Length} elements for a shape that has {length}.");
        }

        file.Write(MemoryMarshal.AsBytes(elements));
        written += elements.Length;
    }

    /// <summary>Writes what is left in memory and closes the temporary file: all that a full disk can refuse.</summary>
    /// <exception cref="BadFileException">The disk is full.</exception>
    /// <exception cref="InvalidOperationException">There are fewer elements than the shape has.</exception>
    internal void Close()
    {
        if (written != length)
        {
            throw new InvalidOperationException($"{written} elements for a shape that has {length}.");
        }

        file.Close();
    }

    /// <summary>Gives the file its name, in place of the file that had it before.</summary>
    /// <exception cref="BadFileException">The disk is full or the file cannot be replaced.</exception>
    /// <exception cref="InvalidOperationException">There are fewer elements than the shape has.</exception>
    internal void Complete()
    {
        Close();
        file.Complete();
    }

    /// <summary>Deletes the temporary file, unless the file is complete.</summary>
    public void Dispose() => file.Dispose();

    private static long CheckedLength(ReadOnlySpan<long> shape)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Length, NpyHeaderParser.MostAxes, nameof(shape));
        long length = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            length = checked(length * size);
        }

        return length;
    }

    private static byte[] CreateHeader(ReadOnlySpan<long> shape)
    {
        var sizes = new StringBuilder();
        foreach (long size in shape)
        {
            sizes.Append(CultureInfo.InvariantCulture, $"{size}, ");
        }

        // A tuple of one number keeps its comma: (3,), but (3, 4).
        string tuple = shape.Length == 1 ? $"({shape[0]},)" : $"({sizes.ToString().TrimEnd(',', ' ')})";
        char order = BitConverter.IsLittleEndian ? '<' : '>';
        string text = $"{{'descr': '{order}f{Unsafe.SizeOf<T>()}', 'fortran_order': False, 'shape': {tuple}, }}";

        int unpadded = NpyHeader.TextOffsetOfVersion1 + text.Length + 1;
        int padded = (unpadded + DataAlignment - 1) / DataAlignment * DataAlignment;
        text = text.PadRight(text.Length + padded - unpadded) + '\n';

        byte[] header = new byte[padded];
        NpySignature.WriteVersion1(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(NpySignature.Length), (ushort)text.Length);
        Encoding.ASCII.GetBytes(text, header.AsSpan(NpyHeader.TextOffsetOfVersion1));
        return header;
    }
}
