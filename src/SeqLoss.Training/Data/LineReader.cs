using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using SeqLoss.Models.Files;

namespace SeqLoss.Training.Data;

/// <summary>Reads the lines of UTF-8 text; whatever reads lines here reads them with this.</summary>
/// <remarks>
/// A line ends at LF and nowhere else, so that parallel files stay parallel: <c>wc -l</c> and Python's binary files agree, while
/// the platform's readers also split at a lone CR, or at U+0085 and U+2028. One CR before the LF, and a byte-order mark at the start of
/// the file, are no text. A last line needs no LF; after a last LF there is no empty line.
/// </remarks>
/// <param name="stream">The text; it is read no further than the line asked for needs, and disposed with the reader.</param>
/// <param name="name">What error messages call it.</param>
public sealed class LineReader(Stream stream, string name) : IDisposable
{
    /// <summary>The bytes of the longest line; a longer one means that this is no text.</summary>
    internal const int MaxLineBytes = 1 << 26;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelFileException">The file cannot be opened.</exception>
    public LineReader(string path)
        : this(Open(path), path)
    {
    }

    /// <summary>What error messages call the text.</summary>
    public string Name { get; } = name;

    /// <summary>The lines read so far: the number of the last one, counted from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>All lines of a file, read as they are asked for.</summary>
    /// <exception cref="ModelFileException">The file cannot be opened, or as <see cref="ReadLine"/>.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new LineReader(path);
        while (reader.ReadLine() is string line)
        {
            yield return line;
        }
    }

    /// <summary>The next line without its end, or <see langword="null"/> after the last.</summary>
    /// <exception cref="ModelFileException">
    /// The stream cannot be read, or the line is not UTF-8 or longer than 64 MiB; the message names the text and the line.
    /// </exception>
    public string? ReadLine()
    {
        int searched = 0;
        int length;
        while ((length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n')) < 0 && !_atEnd)
        {
            searched = _end - _start;
            ReadMore();
        }

        if (length < 0 && _start == _end)
        {
            return null;
        }

        LineNumber++;
        length = length < 0 ? _end - _start : searched + length;
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        return Decode(line is [.. ReadOnlySpan<byte> text, (byte)'\r'] ? text : line);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private static FileStream Open(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? throw new ModelFileException($"{path}: this is a folder; name a text file in it")
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw new ModelFileException(FileFailure.OnRead(path, refusal), refusal);
        }
    }

    private void ReadMore()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= MaxLineBytes)
            {
                throw new ModelFileException(
                    $"{Name}: line {LineNumber + 1}: the line is longer than {MaxLineBytes >> 20} MiB; end lines with LF");
            }

            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        bool atStart = LineNumber == 0 && _end == 0;
        Read(_buffer.Length - _end);
        if (atStart)
        {
            SkipByteOrderMark();
        }
    }

    /// <summary>The mark may arrive in parts; nothing but the text's own start can be taken for it.</summary>
    private void SkipByteOrderMark()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        while (!_atEnd && _end < mark.Length && mark.StartsWith(_buffer.AsSpan(0, _end)))
        {
            Read(mark.Length - _end);
        }

        if (_buffer.AsSpan(0, _end).StartsWith(mark))
        {
            _start = mark.Length;
        }
    }

    private void Read(int most)
    {
        try
        {
            int count = stream.Read(_buffer, _end, most);
            _atEnd = count == 0;
            _end += count;
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw new ModelFileException(FileFailure.OnRead(Name, refusal), refusal);
        }
    }

    private string Decode(ReadOnlySpan<byte> line)
    {
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException problem)
        {
            throw new ModelFileException(
                $"{Name}: line {LineNumber}: byte {problem.Index + 1} of the line is not UTF-8; convert the text to UTF-8", problem);
        }
    }
}
