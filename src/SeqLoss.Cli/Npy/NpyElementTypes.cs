using System;
using System.Text;

namespace SeqLoss.Cli.Npy;

/// <summary>What numpy calls the element types: their names, their sizes, and the codes that stand in a header.</summary>
internal static class NpyElementTypes
{
    /// <summary>The size of one element, in bytes.</summary>
    internal static int SizeOf(NpyElementType type) => type switch
    {
        NpyElementType.Boolean or NpyElementType.Int8 or NpyElementType.UInt8 => 1,
        NpyElementType.Int16 or NpyElementType.UInt16 or NpyElementType.Float16 => 2,
        NpyElementType.Int32 or NpyElementType.UInt32 or NpyElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The name that numpy prints: <c>float32</c>, <c>bool</c>.</summary>
    internal static string NameOf(NpyElementType type) => type switch
    {
        NpyElementType.Boolean => "bool",
        NpyElementType.Int8 => "int8",
        NpyElementType.Int16 => "int16",
        NpyElementType.Int32 => "int32",
        NpyElementType.Int64 => "int64",
        NpyElementType.UInt8 => "uint8",
        NpyElementType.UInt16 => "uint16",
        NpyElementType.UInt32 => "uint32",
        NpyElementType.UInt64 => "uint64",
        NpyElementType.Float16 => "float16",
        NpyElementType.Float32 => "float32",
        _ => "float64",
    };

    /// <summary>The floating-point type that holds every number of a type; 64-bit integers are rounded.</summary>
    internal static NpyElementType FloatingPointFor(NpyElementType stored) => stored switch
    {
        NpyElementType.Float16 => NpyElementType.Float16,
        NpyElementType.Float32
            or NpyElementType.Boolean
            or NpyElementType.Int8 or NpyElementType.UInt8
            or NpyElementType.Int16 or NpyElementType.UInt16 => NpyElementType.Float32,
        _ => NpyElementType.Float64,
    };

    /// <summary>Reads the value of <c>descr</c>, such as <c>&lt;f4</c>: a byte order, a kind and a size in bytes.</summary>
    /// <param name="descr">The code, without its quotes.</param>
    /// <param name="path">The file, for messages.</param>
    /// <returns>The type, and whether its bytes are stored most significant first.</returns>
    /// <exception cref="BadFileException">The elements are not plain numbers, or the byte order is missing.</exception>
    internal static (NpyElementType Type, bool IsBigEndian) Parse(ReadOnlySpan<byte> descr, string path)
    {
        bool hasOrder = !descr.IsEmpty && "<>|="u8.Contains(descr[0]);
        ReadOnlySpan<byte> code = hasOrder ? descr[1..] : descr;
        if (TypeOf(code) is not { } type)
        {
            throw new BadFileException($"{path}: the elements are '{Printable(descr)}' ({WhatIs(code)}); {CureFor(code)}");
        }

        // '|' means that the order does not matter, '=' the order of a machine that the file does not name.
        char order = hasOrder ? (char)descr[0] : '=';
        if (SizeOf(type) > 1 && order is not ('<' or '>'))
        {
            throw new BadFileException(
                $"{path}: the elements are '{Printable(descr)}', which does not say the order of their bytes; "
                + "save the array again with numpy.save, which writes '<' or '>'");
        }

        return (type, order == '>');
    }

    /// <summary>Renders text from a file for a message: at most 40 characters, and none that a terminal would act on.</summary>
    internal static string Printable(ReadOnlySpan<byte> text)
    {
        const int LongestQuote = 40;
        var quote = new StringBuilder(LongestQuote);
        foreach (byte character in text.Length > LongestQuote ? text[..LongestQuote] : text)
        {
            quote.Append(character is >= 0x20 and < 0x7F ? (char)character : '?');
        }

        return text.Length > LongestQuote ? quote.Append("...").ToString() : quote.ToString();
    }

    private static NpyElementType? TypeOf(ReadOnlySpan<byte> code)
    {
        return code switch
        {
            [(byte)'b', (byte)'1'] => NpyElementType.Boolean,
            [(byte)'i', (byte)'1'] => NpyElementType.Int8,
            [(byte)'i', (byte)'2'] => NpyElementType.Int16,
            [(byte)'i', (byte)'4'] => NpyElementType.Int32,
            [(byte)'i', (byte)'8'] => NpyElementType.Int64,
            [(byte)'u', (byte)'1'] => NpyElementType.UInt8,
            [(byte)'u', (byte)'2'] => NpyElementType.UInt16,
            [(byte)'u', (byte)'4'] => NpyElementType.UInt32,
            [(byte)'u', (byte)'8'] => NpyElementType.UInt64,
            [(byte)'f', (byte)'2'] => NpyElementType.Float16,
            [(byte)'f', (byte)'4'] => NpyElementType.Float32,
            [(byte)'f', (byte)'8'] => NpyElementType.Float64,
            _ => null,
        };
    }

    private static string WhatIs(ReadOnlySpan<byte> code) => code switch
    {
        [(byte)'O', ..] => "Python objects",
        [(byte)'c', ..] => "complex numbers",
        [(byte)'U' or (byte)'S' or (byte)'a', ..] => "text",
        [(byte)'M' or (byte)'m', ..] => "dates or times",
        [(byte)'V', (byte)'2'] => "raw bytes, 2 each; numpy has no bfloat16, so an array of bfloat16 is saved like this",
        [(byte)'V', (byte)'1'] => "raw bytes, 1 each; numpy has no float8, so an array of float8 is saved like this",
        [(byte)'V', ..] => "raw bytes",
        [(byte)'f', ..] => "floating-point numbers of an unusual size",
        _ => "an unknown type",
    };

    private static string CureFor(ReadOnlySpan<byte> code) => code switch
    {
        [(byte)'O', ..] => "save a numeric array",
        [(byte)'c', ..] => "save its real part as float32",
        [(byte)'U' or (byte)'S' or (byte)'a' or (byte)'M' or (byte)'m', ..] => "save numbers, ids as int64",
        _ => "save it as float32: numpy.save(name, array.astype('float32'))",
    };
}
