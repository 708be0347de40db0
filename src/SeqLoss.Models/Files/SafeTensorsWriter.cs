using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace SeqLoss.Models.Files;

/// <summary>Writes tensors to a safetensors file one after another; the file appears under its name when it is complete.</summary>
/// <remarks>
/// <para>
/// All tensors are named first, since the header stands in front; then each is written once, in any order, from the memory of
/// the caller. Until <see cref="Complete"/> the data stand in a temporary file of the same folder, which <see cref="Dispose"/>
/// deletes: a run that fails or is stopped leaves the file as it was before. <see cref="Complete"/> forces the data onto the
/// disk and renames the file: after a power failure its name leads to the old content or to the new.
/// </para>
/// <para>
/// The elements lie at multiples of their size, as those expect who map the file: large ones first, and the header is padded
/// with spaces to 8 bytes. docs/files.md shows how Python reads it.
/// </para>
/// </remarks>
/// <seealso href="https://github.com/huggingface/safetensors">The format and its reference implementation.</seealso>
public sealed class SafeTensorsWriter : IDisposable
{
    private readonly SafeTensorsHeader _header;
    private readonly AtomicFile _file;
    private readonly bool[] _written;
    private readonly long _dataOffset;

    /// <summary>Starts a file and reserves its space.</summary>
    /// <param name="path">The file to create or replace; links are followed.</param>
    /// <param name="tensors">What will be written: float32, int64 and uint8 tensors of different names.</param>
    /// <param name="metadata">Texts by name, kept in the header; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one is of a type that is only read.</exception>
    /// <exception cref="ModelFileException">
    /// The folder is missing or closed to writing, the disk is too small, or the path names a folder or a device. Nothing has
    /// been written.
    /// </exception>
    public SafeTensorsWriter(string path, IEnumerable<SafeTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tensors);
        LittleEndian.Require();
        _header = SafeTensorsHeader.Lay(tensors, metadata ?? new Dictionary<string, string>());
        foreach (SafeTensor tensor in _header.Tensors)
        {
            if (tensor.Type is not (SafeTensorType.F32 or SafeTensorType.I64 or SafeTensorType.U8))
            {
                throw new ArgumentException($"'{tensor.Name}' is {tensor.Type.NameOf()}; F32, I64 and U8 are written.", nameof(tensors));
            }
        }

        byte[] header = _header.Format();
        if (header.Length > SafeTensorsHeader.MostBytes)
        {
            throw new ArgumentException($"A header of {header.Length} bytes is longer than readers accept.", nameof(tensors));
        }

        _dataOffset = header.Length;
        _written = new bool[_header.Tensors.Count];
        _file = new AtomicFile(path, FileKind.SafeTensors, checked(header.Length + _header.DataLength));
        try
        {
            _file.Write(header);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the values of a float32 tensor, row-major.</summary>
    /// <param name="name">One of the names given at the start.</param>
    /// <param name="values">As many as the tensor's shape has.</param>
    /// <exception cref="ArgumentException">The name, the type or the number of values is not what was announced.</exception>
    /// <exception cref="InvalidOperationException">The tensor has been written already.</exception>
    /// <exception cref="ModelFileException">The disk is full or the file cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<float> values)
        => Write(name, SafeTensorType.F32, values.Length, MemoryMarshal.AsBytes(values));

    /// <summary>Writes the values of an int64 tensor, row-major.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{float})"/>
    public void Write(string name, ReadOnlySpan<long> values)
        => Write(name, SafeTensorType.I64, values.Length, MemoryMarshal.AsBytes(values));

    /// <summary>Writes the values of a uint8 tensor, row-major.</summary>
    /// <inheritdoc cref="Write(string, ReadOnlySpan{float})"/>
    public void Write(string name, ReadOnlySpan<byte> values)
        => Write(name, SafeTensorType.U8, values.Length, values);

    /// <summary>Forces the file onto the disk and gives it its name, in place of the file that had it before.</summary>
    /// <exception cref="InvalidOperationException">A tensor has not been written; the name still leads to the file before.</exception>
    /// <exception cref="ModelFileException">The disk is full or the file cannot be replaced, which is as it was.</exception>
    public void Complete()
    {
        int missing = _written.IndexOf(false);
        if (missing >= 0)
        {
            throw new InvalidOperationException($"'{_header.Tensors[missing].Name}' has not been written.");
        }

        _file.Complete();
    }

    /// <summary>Deletes the temporary file, unless the file is complete.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(string name, SafeTensorType type, int count, ReadOnlySpan<byte> bytes)
    {
        int index = _header.IndexOf(name);
        if (index < 0)
        {
            throw new ArgumentException($"No tensor '{name}' was announced.", nameof(name));
        }

        SafeTensor tensor = _header.Tensors[index];
        if (tensor.Type != type || tensor.ElementCount != count)
        {
            throw new ArgumentException($"{count} values of {type.NameOf()} for {tensor}.", nameof(name));
        }

        if (_written[index])
        {
            throw new InvalidOperationException($"'{name}' has been written already.");
        }

        _file.Write(_dataOffset + _header.OffsetOf(index), bytes);
        _written[index] = true;
    }
}
