using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SeqLoss.Models.Files;

/// <summary>Reads a safetensors file: what it holds when it is opened, the values of a tensor when they are asked for.</summary>
/// <remarks>
/// Opening reads the header alone and checks it against the length of the file: offsets that overlap or leave gaps, data that
/// are missing or left over. Reading converts float16 and BF16 to float32, which is exact. Several threads may read at once.
/// </remarks>
/// <seealso href="https://github.com/huggingface/safetensors">The format and its reference implementation.</seealso>
public sealed class SafeTensorsReader : IDisposable
{
    private const int ChunkElements = 4096;

    private readonly SafeTensorsHeader _header;
    private readonly SafeFileHandle _handle;
    private readonly long _dataOffset;

    private SafeTensorsReader(string path, SafeTensorsHeader header, SafeFileHandle handle, long dataOffset)
        => (Path, _header, _handle, _dataOffset) = (path, header, handle, dataOffset);

    /// <summary>The file, as it was named.</summary>
    public string Path { get; }

    /// <summary>The tensors, as their data follow one another.</summary>
    public IReadOnlyList<SafeTensor> Tensors => _header.Tensors;

    /// <summary>Texts by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">The file cannot be read, is no safetensors file, or is damaged.</exception>
    public static SafeTensorsReader Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        LittleEndian.Require();
        FilePath.CheckReadable(path, FileKind.SafeTensors);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            long fileLength = RandomAccess.GetLength(handle);
            byte[] text = ReadHeader(handle, path, fileLength);
            long dataOffset = SafeTensorsHeader.LengthSize + text.Length;
            SafeTensorsHeader header = new SafeTensorsHeaderParser(path, fileLength - dataOffset).Parse(text);
            var reader = new SafeTensorsReader(path, header, handle, dataOffset);
            handle = null;
            return reader;
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.SafeTensors.OnRead(path, refusal);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>The tensor of a name, or <see langword="null"/>.</summary>
    public SafeTensor? Find(string name) => _header.IndexOf(name) is >= 0 and int index ? Tensors[index] : null;

    /// <summary>Checks that the file holds the tensors of these names and no others.</summary>
    /// <exception cref="ModelFileException">A tensor is missing or unexpected; the sentence names one and counts the rest.</exception>
    public void RequireNames(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] missing = [.. names.Where(name => _header.IndexOf(name) < 0)];
        if (missing.Length > 0)
        {
            throw new ModelFileException($"{Path}: the tensor {Quoted.Of(missing[0])}{Others(missing)} is missing"
                + $"{Suggestion(missing[0])}; name the file of this model");
        }

        HashSet<string> wanted = new(names, StringComparer.Ordinal);
        string[] unexpected = [.. Tensors.Select(tensor => tensor.Name).Where(name => !wanted.Contains(name))];
        if (unexpected.Length > 0)
        {
            throw new ModelFileException($"{Path}: the tensor {Quoted.Of(unexpected[0])}{Others(unexpected)} "
                + "is none of this model's; name the file of this model");
        }
    }

    /// <summary>Reads a tensor of float32, float16 or BF16, row-major.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape that it must have.</param>
    /// <param name="destination">Where the values go, as long as <paramref name="shape"/> has elements.</param>
    /// <exception cref="ArgumentException">The destination has another length than <paramref name="shape"/> elements.</exception>
    /// <exception cref="ModelFileException">
    /// The tensor is missing or has another shape or type, or the file cannot be read; in the last case part of
    /// <paramref name="destination"/> may have been written.
    /// </exception>
    public void Read(string name, ReadOnlySpan<long> shape, Span<float> destination)
    {
        int index = Require(name, shape, destination.Length, SafeTensorType.F32, SafeTensorType.F16, SafeTensorType.BF16);
        long offset = _dataOffset + _header.OffsetOf(index);
        switch (Tensors[index].Type)
        {
            case SafeTensorType.F16:
                ReadHalves(offset, destination, static (bits, values)
                    => TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(bits), values));
                break;
            case SafeTensorType.BF16:
                ReadHalves(offset, destination, static (bits, values) =>
                {
                    for (int i = 0; i < bits.Length; i++)
                    {
                        values[i] = BitConverter.UInt32BitsToSingle((uint)bits[i] << 16);
                    }
                });
                break;
            default:
                ReadBytes(offset, MemoryMarshal.AsBytes(destination));
                break;
        }
    }

    /// <summary>Reads a tensor of int64, row-major.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlySpan{long}, Span{float})"/>
    public void Read(string name, ReadOnlySpan<long> shape, Span<long> destination)
    {
        int index = Require(name, shape, destination.Length, SafeTensorType.I64);
        ReadBytes(_dataOffset + _header.OffsetOf(index), MemoryMarshal.AsBytes(destination));
    }

    /// <summary>Reads a tensor of uint8, row-major.</summary>
    /// <inheritdoc cref="Read(string, ReadOnlySpan{long}, Span{float})"/>
    public void Read(string name, ReadOnlySpan<long> shape, Span<byte> destination)
    {
        int index = Require(name, shape, destination.Length, SafeTensorType.U8);
        ReadBytes(_dataOffset + _header.OffsetOf(index), destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static byte[] ReadHeader(SafeFileHandle handle, string path, long fileLength)
    {
        Span<byte> lengthBytes = stackalloc byte[SafeTensorsHeader.LengthSize];
        if (fileLength < lengthBytes.Length)
        {
            throw new ModelFileException($"{path}: a file of {fileLength} bytes has no header; copy or save it again");
        }

        ReadFully(handle, path, lengthBytes, 0);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > SafeTensorsHeader.MostBytes)
        {
            throw new ModelFileException($"{path}: a header of {length} bytes is announced, more than the "
                + $"{SafeTensorsHeader.MostBytes} of the format; this is no .safetensors file, name another");
        }

        if ((long)length > fileLength - lengthBytes.Length)
        {
            throw new ModelFileException($"{path}: a header of {length} bytes is announced, but the file ends after "
                + $"{fileLength} bytes; copy or save it again");
        }

        byte[] text = new byte[length];
        ReadFully(handle, path, text, SafeTensorsHeader.LengthSize);
        return text;
    }

    private static void ReadFully(SafeFileHandle handle, string path, Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            int count = RandomAccess.Read(handle, bytes, offset);
            if (count == 0)
            {
                throw new ModelFileException($"{path}: the file has become shorter while it was read; copy or save it again");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }

    private void ReadBytes(long offset, Span<byte> bytes)
    {
        try
        {
            ReadFully(_handle, Path, bytes, offset);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.SafeTensors.OnRead(Path, refusal);
        }
    }

    private void ReadHalves(long offset, Span<float> destination, ConvertHalves convert)
    {
        Span<ushort> chunk = stackalloc ushort[ChunkElements];
        while (destination.Length > 0)
        {
            int count = Math.Min(ChunkElements, destination.Length);
            ReadBytes(offset, MemoryMarshal.AsBytes(chunk[..count]));
            convert(chunk[..count], destination);
            destination = destination[count..];
            offset += count * sizeof(ushort);
        }
    }

    private int Require(string name, ReadOnlySpan<long> shape, int length, params ReadOnlySpan<SafeTensorType> types)
    {
        if (SafeTensor.CountElements(shape) != length)
        {
            throw new ArgumentException($"{length} places for the elements of {SafeTensor.Describe(shape)}.", nameof(length));
        }

        int index = _header.IndexOf(name);
        if (index < 0)
        {
            throw new ModelFileException($"{Path}: the tensor {Quoted.Of(name)} is missing{Suggestion(name)}; name the file of this model");
        }

        SafeTensor tensor = Tensors[index];
        if (!tensor.Shape.SequenceEqual(shape))
        {
            throw new ModelFileException($"{Path}: the tensor {Quoted.Of(name)} has the shape {SafeTensor.Describe(tensor.Shape)}, "
                + $"the model has {SafeTensor.Describe(shape)}; name the file of this model, or change the model's sizes");
        }

        if (!types.Contains(tensor.Type))
        {
            string wanted = string.Join(", ", types.ToArray().Select(type => type.NameOf()));
            string found = tensor.Type.NameOf();
            throw new ModelFileException(
                $"{Path}: the tensor {Quoted.Of(name)} is of type {found}, not {wanted}; save it again as {types[0].NameOf()}");
        }

        return index;
    }

    private string Suggestion(string name)
        => Spelling.Nearest(name, Tensors.Select(tensor => tensor.Name)) is { } nearest ? $", perhaps renamed to {Quoted.Of(nearest)}" : "";

    private static string Others(string[] names) => names.Length > 1 ? $" (and {names.Length - 1} more)" : "";

    private delegate void ConvertHalves(ReadOnlySpan<ushort> bits, Span<float> values);
}
