using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace SeqLoss.Tests.Golden;

/// <summary>An array of a <c>.npy</c> file, version 1.0, little endian, C order: all that the golden data uses.</summary>
internal sealed class NpyArray
{
    private readonly byte[] _data;

    private NpyArray(string type, int[] shape, byte[] data) => (Type, Shape, _data) = (type, shape, data);

    /// <summary>As numpy writes it: <c>&lt;f4</c>, <c>&lt;f8</c>, <c>&lt;i8</c> or <c>|u1</c>.</summary>
    public string Type { get; }

    public int[] Shape { get; }

    public nint[] Lengths => Array.ConvertAll(Shape, length => (nint)length);

    public static NpyArray Read(Stream stream)
    {
        using BinaryReader reader = new(stream, Encoding.ASCII);
        ReadOnlySpan<byte> magic = [0x93, .. "NUMPY"u8, 1, 0];
        if (!magic.SequenceEqual(reader.ReadBytes(8)))
        {
            throw new InvalidDataException("not a .npy file of version 1");
        }

        string header = Encoding.ASCII.GetString(reader.ReadBytes(reader.ReadUInt16()));
        if (!header.Contains("'fortran_order': False", StringComparison.Ordinal))
        {
            throw new InvalidDataException("not in C order");
        }

        const StringSplitOptions Trimmed = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        int[] shape =
        [
            .. Between(header, "'shape': (", ")").Split(',', Trimmed).Select(length => int.Parse(length, CultureInfo.InvariantCulture)),
        ];
        using MemoryStream data = new();
        stream.CopyTo(data);
        return new(Between(header, "'descr': '", "'"), shape, data.ToArray());
    }

    /// <summary>The numbers, whatever their type.</summary>
    public double[] ToDoubles() => Type switch
    {
        "<f4" => Array.ConvertAll(As<float>(), value => (double)value),
        "<f8" => As<double>(),
        "<i8" => Array.ConvertAll(As<long>(), value => (double)value),
        "|u1" => Array.ConvertAll(_data, value => (double)value),
        _ => throw new InvalidDataException($"{Type} is not in the golden data"),
    };

    public T[] As<T>()
        where T : unmanaged
        => MemoryMarshal.Cast<byte, T>(_data).ToArray();

    private static string Between(string text, string before, string after)
    {
        int start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)];
    }
}
