using System;
using System.IO;
using System.Text;

namespace SeqLoss.Models.Files;

/// <summary>A file that appears under its name when it is complete, in place of the one that had the name before.</summary>
/// <remarks>
/// <para>
/// Until <see cref="Complete"/> the data stand in a temporary file of the same folder, which <see cref="Dispose"/> deletes: a
/// run that fails or is interrupted neither leaves half a file nor harms the one that it was to replace. The space is
/// reserved at the start, so that a disk which is too small shows before the work and not after it.
/// </para>
/// <para>
/// A durable file (<see cref="FileKind.IsDurable"/>) is forced onto the disk before it is renamed, so that after a power
/// failure its name leads to the old content or to the new one, and to nothing in between.
/// </para>
/// <para>What the system refuses becomes the exception of the <see cref="FileKind"/>.</para>
/// </remarks>
internal sealed class AtomicFile : IDisposable
{
    private const int BufferSize = 1 << 16;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _path;
    private readonly FileKind _kind;
    private readonly string _destination;
    private readonly string _temporary;
    private readonly FileStream _stream;

    /// <param name="path">The file to create or replace; links are followed.</param>
    /// <param name="kind">What sentences call it.</param>
    /// <param name="length">The bytes to reserve.</param>
    internal AtomicFile(string path, FileKind kind, long length)
    {
        (_path, _kind) = (path, kind);
        try
        {
            _destination = FilePath.ResolveDestination(path, kind);
            _temporary = $"{_destination}.{Path.GetFileNameWithoutExtension(Path.GetRandomFileName())}.tmp";
            _stream = new FileStream(_temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = BufferSize,
                PreallocationSize = length,
            });
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw kind.OnWrite(path, refusal);
        }
    }

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    internal static void WriteText(string path, FileKind kind, string text)
    {
        byte[] bytes = _utf8.GetBytes(text);
        using var file = new AtomicFile(path, kind, bytes.Length);
        file.Write(bytes);
        file.Complete();
    }

    /// <summary>Writes behind what was written last.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw _kind.OnWrite(_path, refusal);
        }
    }

    /// <summary>Writes at a place.</summary>
    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Position = offset;
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // The buffer is written first.
            throw _kind.OnWrite(_path, refusal);
        }

        Write(bytes);
    }

    /// <summary>Writes what is left in memory and closes the temporary file: all that a full disk can refuse.</summary>
    internal void Close()
    {
        try
        {
            if (_kind.IsDurable && _stream.CanWrite)
            {
                _stream.Flush(flushToDisk: true);
            }

            _stream.Dispose();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw _kind.OnWrite(_path, refusal);
        }
    }

    /// <summary>Gives the file its name, in place of the file that had it before.</summary>
    internal void Complete()
    {
        Close();
        try
        {
            File.Move(_temporary, _destination, overwrite: true);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw _kind.OnWrite(_path, refusal);
        }
    }

    /// <summary>Deletes the temporary file, unless the file is complete.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // What the full disk did not take is not wanted any more.
        }

        try
        {
            // Once complete, nothing has this name any more.
            File.Delete(_temporary);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            // The failure that brought us here is the one to report.
        }
    }
}
