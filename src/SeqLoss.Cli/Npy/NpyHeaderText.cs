using System;
using System.Globalization;

namespace SeqLoss.Cli.Npy;

/// <summary>The text of a header and how far it has been read; gives the smallest parts of Python's grammar.</summary>
internal ref struct NpyHeaderText
{
    private const int EndOfText = -1;

    private readonly ReadOnlySpan<byte> text;
    private readonly long textOffset;
    private int position;

    /// <summary>Starts at the beginning.</summary>
    /// <param name="text">The text of the header.</param>
    /// <param name="textOffset">Where the text begins in the file, for messages.</param>
    /// <param name="path">The file, for messages.</param>
    internal NpyHeaderText(ReadOnlySpan<byte> text, long textOffset, string path)
    {
        this.text = text;
        this.textOffset = textOffset;
        Path = path;
    }

    internal string Path { get; }

    /// <summary>Skips white space and looks at the next character: -1 at the end.</summary>
    internal int Peek()
    {
        while (position < text.Length && " \t\r\n"u8.Contains(text[position]))
        {
            position++;
        }

        return position < text.Length ? text[position] : EndOfText;
    }

    internal bool TryTake(char character)
    {
        bool isThere = Peek() == character;
        position += isThere ? 1 : 0;
        return isThere;
    }

    internal void Take(char character, string expected)
    {
        if (!TryTake(character))
        {
            throw Damaged(expected);
        }
    }

    internal void TakeEnd()
    {
        if (Peek() != EndOfText)
        {
            throw Damaged("the end of the header");
        }
    }

    /// <summary>Takes a string in single or double quotes and returns what stands between them.</summary>
    internal ReadOnlySpan<byte> TakeString(string expected)
    {
        if (Peek() is not ('\'' or '"'))
        {
            throw Damaged(expected);
        }

        int length = text[(position + 1)..].IndexOf(text[position]);
        ReadOnlySpan<byte> content = length < 0 ? default : text.Slice(position + 1, length);
        if (length < 0 || content.Contains((byte)'\\'))
        {
            throw Damaged($"{expected}, closed and without escapes,");
        }

        position += length + 2;
        return content;
    }

    internal bool TakeBoolean()
    {
        Peek();
        bool value = text[position..].StartsWith("True"u8);
        if (!value && !text[position..].StartsWith("False"u8))
        {
            throw Damaged("True or False");
        }

        position += value ? "True".Length : "False".Length;
        return value;
    }

    /// <summary>Takes the size of an axis.</summary>
    internal long TakeSize()
    {
        if (Peek() == '-')
        {
            throw new BadFileException(
                $"{Path}: the shape has a negative size; the header is damaged, save the array again with numpy.save");
        }

        ReadOnlySpan<byte> digits = text[position..];
        int end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = end < 0 ? digits : digits[..end];
        // Python 2 reads 010 as 8 and Python 3 not at all: no number begins with a zero but zero.
        if (digits.IsEmpty || (digits.Length > 1 && digits[0] == '0'))
        {
            throw Damaged("a size");
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
        {
            throw new BadFileException(
                $"{Path}: the shape has the size {NpyElementTypes.Printable(digits)}, which is more than 2^63 - 1; "
                + "the header is damaged, save the array again with numpy.save");
        }

        position += digits.Length;
        // Python 2 wrote 3L where it meant 3.
        position += position < text.Length && text[position] == 'L' ? 1 : 0;
        return size;
    }

    internal readonly BadFileException Damaged(string expected)
    {
        string found = position < text.Length ? $"'{NpyElementTypes.Printable(text.Slice(position, 1))}'" : "the end of the header";
        return new(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path}: the header is damaged at byte {textOffset + position}: {expected} expected and {found} found; ")
            + "save the array again with numpy.save");
    }
}
