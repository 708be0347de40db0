using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Builds the bytes of .npy files from the format's description, sharing no code with the writer.</summary>
internal static class NpyImage
{
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>A file with any header text; <paramref name="major"/> 1 has a length field of two bytes, others of four.</summary>
    internal static byte[] FromText(string text, byte[] data, byte major = 1)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[major == 1 ? 2 : 4];
        if (major == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, checked((ushort)encoded.Length));
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)encoded.Length);
        }

        return [.. Magic, major, 0, .. length, .. encoded, .. data];
    }

    /// <summary>A file whose header says this; the header is not padded, so the data are not aligned.</summary>
    internal static byte[] Create(string descr, bool isFortranOrder, long[] shape, byte[] data, byte major = 1)
    {
        string order = isFortranOrder ? "True" : "False";
        return FromText($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {Tuple(shape)}, }}\n", data, major);
    }

    /// <summary>The bytes of values in their order.</summary>
    internal static byte[] Encode<T>(T[] values, bool isBigEndian)
        where T : unmanaged
    {
        int size = Marshal.SizeOf<T>();
        byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        if (isBigEndian == BitConverter.IsLittleEndian)
        {
            for (int i = 0; i < bytes.Length; i += size)
            {
                Array.Reverse(bytes, i, size);
            }
        }

        return bytes;
    }

    /// <summary>Reorders values given in C order into Fortran order, by counting through all positions.</summary>
    internal static T[] ToFortranOrder<T>(T[] values, int[] shape)
    {
        var stored = new T[values.Length];
        int[] position = new int[shape.Length];
        foreach (T value in values)
        {
            int offset = 0;
            int stride = 1;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                offset += position[axis] * stride;
                stride *= shape[axis];
            }

            stored[offset] = value;
            for (int axis = shape.Length - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--)
            {
                position[axis] = 0;
            }
        }

        return stored;
    }

    private static string Tuple(long[] shape) => shape.Length == 1
        ? $"({shape[0]},)"
        : $"({string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))})";
}
