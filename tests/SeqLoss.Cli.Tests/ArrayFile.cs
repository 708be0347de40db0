using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using SeqLoss.Cli.Tests.Npy;

namespace SeqLoss.Cli.Tests;

/// <summary>Arrays in a test's folder: written from values, read back without the tool's own reader.</summary>
internal static partial class ArrayFile
{
    private static readonly Dictionary<Type, string> _codes = new()
    {
        [typeof(bool)] = "b1",
        [typeof(sbyte)] = "i1",
        [typeof(byte)] = "u1",
        [typeof(short)] = "i2",
        [typeof(ushort)] = "u2",
        [typeof(int)] = "i4",
        [typeof(uint)] = "u4",
        [typeof(long)] = "i8",
        [typeof(ulong)] = "u8",
        [typeof(Half)] = "f2",
        [typeof(float)] = "f4",
        [typeof(double)] = "f8",
    };

    /// <summary>Writes an array of a shape such as <c>"2,3"</c>; <c>""</c> is a scalar.</summary>
    internal static string Save<T>(
        this TemporaryFolder folder,
        string name,
        string shape,
        T[] values,
        bool isBigEndian = false,
        bool isFortranOrder = false)
        where T : unmanaged
    {
        int[] sizes = Sizes(shape);
        T[] stored = isFortranOrder ? NpyImage.ToFortranOrder(values, sizes) : values;
        byte[] data = typeof(T) == typeof(bool) ? MemoryMarshal.AsBytes(stored.AsSpan()).ToArray() : NpyImage.Encode(stored, isBigEndian);
        char order = isBigEndian ? '>' : '<';
        string code = _codes[typeof(T)];
        string descr = code[1] == '1' ? $"|{code}" : $"{order}{code}";
        return folder.Write(name, NpyImage.Create(descr, isFortranOrder, Array.ConvertAll(sizes, size => (long)size), data));
    }

    /// <summary>Reads an array that the tool wrote: its type, its shape and its values.</summary>
    internal static (string Type, string Shape, double[] Values) Load(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        int headerLength = content[8] | (content[9] << 8);
        Match header = Header().Match(Encoding.ASCII.GetString(content, 10, headerLength));
        ReadOnlySpan<byte> data = content.AsSpan(10 + headerLength);
        double[] values = header.Groups[1].Value == "<f4"
            ? Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), value => (double)value)
            : MemoryMarshal.Cast<byte, double>(data).ToArray();
        return (header.Groups[1].Value, header.Groups[2].Value, values);
    }

    /// <summary>Numbers between -4 and 4, the same every time.</summary>
    internal static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 8) - 4)];
    }

    internal static float[] Floats(int count, int seed) => Array.ConvertAll(Noise(count, seed), value => (float)value);

    private static int[] Sizes(string shape)
        => [.. shape.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(size => int.Parse(size, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"'descr': '([^']+)', 'fortran_order': False, 'shape': \(([^)]*)\)")]
    private static partial Regex Header();
}
