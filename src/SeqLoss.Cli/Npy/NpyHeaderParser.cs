using System;
using System.Collections.Generic;

namespace SeqLoss.Cli.Npy;

/// <summary>Reads the dictionary of a header: <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>.</summary>
/// <remarks>
/// This is the part of Python's grammar that such a dictionary needs and no more: strings without escapes, True and
/// False, and a tuple of whole numbers. Nothing nests, so that no input can exhaust the stack.
/// </remarks>
internal static class NpyHeaderParser
{
    /// <summary>The most axes that numpy 2 allows.</summary>
    internal const int MostAxes = 64;

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="BadFileException">The text is not such a dictionary, or names elements that are no plain numbers.</exception>
    internal static NpyHeaderFields Parse(NpyHeaderText text)
    {
        (NpyElementType Type, bool IsBigEndian)? descr = null;
        bool? fortranOrder = null;
        long[]? shape = null;

        text.Take('{', "'{'");
        while (!text.TryTake('}'))
        {
            ReadOnlySpan<byte> key = text.TakeString("a key in quotes");
            text.Take(':', "':'");
            if (key.SequenceEqual("descr"u8))
            {
                RefuseSecond("descr", descr is not null, text.Path);
                descr = ParseElementType(ref text);
            }
            else if (key.SequenceEqual("fortran_order"u8))
            {
                RefuseSecond("fortran_order", fortranOrder is not null, text.Path);
                fortranOrder = text.TakeBoolean();
            }
            else if (key.SequenceEqual("shape"u8))
            {
                RefuseSecond("shape", shape is not null, text.Path);
                shape = ParseShape(ref text);
            }
            else
            {
                throw new BadFileException(
                    $"{text.Path}: the header has the unknown key '{NpyElementTypes.Printable(key)}'; "
                    + "save the array again with numpy.save");
            }

            if (!text.TryTake(','))
            {
                text.Take('}', "',' or '}'");
                break;
            }
        }

        text.TakeEnd();
        (NpyElementType type, bool isBigEndian) = descr ?? throw Missing("descr", text.Path);
        return new NpyHeaderFields(
            type,
            isBigEndian,
            fortranOrder ?? throw Missing("fortran_order", text.Path),
            shape ?? throw Missing("shape", text.Path));
    }

    private static (NpyElementType Type, bool IsBigEndian) ParseElementType(ref NpyHeaderText text)
    {
        // A list or a tuple in this place describes records or sub-arrays.
        if (text.Peek() is '[' or '(')
        {
            throw new BadFileException(
                $"{text.Path}: the elements are records with several fields (a structured array); "
                + "save one field alone: numpy.save(name, array['field'])");
        }

        return NpyElementTypes.Parse(text.TakeString("a type in quotes"), text.Path);
    }

    private static long[] ParseShape(ref NpyHeaderText text)
    {
        var sizes = new List<long>();
        bool endsInComma = true;
        text.Take('(', "'('");
        while (!text.TryTake(')'))
        {
            if (!endsInComma)
            {
                throw text.Damaged("',' or ')'");
            }

            if (sizes.Count == MostAxes)
            {
                throw new BadFileException($"{text.Path}: the shape has more than {MostAxes} axes; reshape the array before you save it");
            }

            sizes.Add(text.TakeSize());
            endsInComma = text.TryTake(',');
        }

        return sizes.Count == 1 && !endsInComma
            ? throw new BadFileException(
                $"{text.Path}: the shape ({sizes[0]}) is a number in Python and no tuple, which is ({sizes[0]},); "
                + "the header is damaged, save the array again with numpy.save")
            : [.. sizes];
    }

    private static void RefuseSecond(string key, bool isSecond, string path)
    {
        if (isSecond)
        {
            throw new BadFileException($"{path}: the header has the key '{key}' twice; save the array again with numpy.save");
        }
    }

    private static BadFileException Missing(string key, string path) =>
        new($"{path}: the header has no key '{key}'; save the array again with numpy.save");
}
