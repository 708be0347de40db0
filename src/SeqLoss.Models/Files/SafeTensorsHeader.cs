using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SeqLoss.Models.Files;

/// <summary>What a safetensors file holds, and where.</summary>
/// <remarks>
/// The layout of the file: the length of the header as eight bytes, little-endian; the header, a JSON object that gives each
/// name its <c>dtype</c>, <c>shape</c> and <c>data_offsets</c> (the first byte and the byte behind the last, counted from the
/// end of the header); the data, without a gap. <c>__metadata__</c> holds texts by name.
/// <see href="https://github.com/huggingface/safetensors">The format and its reference implementation.</see>
/// </remarks>
internal sealed class SafeTensorsHeader
{
    internal const string MetadataName = "__metadata__";

    /// <summary>The bytes that hold the length of the header.</summary>
    internal const int LengthSize = 8;

    /// <summary>The longest header that the reference implementation reads, in bytes.</summary>
    internal const int MostBytes = 100_000_000;

    // The reference implementation pads the header to this, so that the data are aligned for those who map the file.
    private const int Alignment = 8;

    private readonly Dictionary<string, int> _indexes = [];
    private readonly long[] _offsets;

    /// <param name="tensors">The tensors as their data follow one another, without gaps.</param>
    /// <param name="metadata">Texts by name.</param>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    private SafeTensorsHeader(SafeTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        (Tensors, Metadata) = (tensors, metadata);
        _offsets = new long[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            _offsets[i] = DataLength;
            DataLength = checked(DataLength + tensors[i].ByteCount);
            if (!_indexes.TryAdd(tensors[i].Name, i))
            {
                throw new ArgumentException($"Two tensors are named '{tensors[i].Name}'.", nameof(tensors));
            }
        }
    }

    /// <summary>The tensors as their data follow one another.</summary>
    internal IReadOnlyList<SafeTensor> Tensors { get; }

    internal IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The bytes of all data.</summary>
    internal long DataLength { get; }

    /// <summary>Lays tensors out: those of large elements first, so that every element is aligned; else in the order given.</summary>
    internal static SafeTensorsHeader Lay(IEnumerable<SafeTensor> tensors, IReadOnlyDictionary<string, string> metadata)
        => new([.. tensors.OrderByDescending(tensor => tensor.Type.SizeOf())], metadata);

    /// <summary>Takes tensors that follow one another in a file.</summary>
    internal static SafeTensorsHeader Found(SafeTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
        => new(tensors, metadata);

    /// <returns>The index among <see cref="Tensors"/>, or −1.</returns>
    internal int IndexOf(string name) => _indexes.GetValueOrDefault(name, -1);

    /// <summary>The first byte of a tensor, counted from the end of the header.</summary>
    internal long OffsetOf(int index) => _offsets[index];

    /// <summary>The bytes in front of the data: the length, the JSON text and spaces.</summary>
    internal byte[] Format()
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(stackalloc byte[LengthSize]);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WriteMetadata(writer);
            for (int i = 0; i < Tensors.Count; i++)
            {
                writer.WriteStartObject(Tensors[i].Name);
                writer.WriteString("dtype", Tensors[i].Type.NameOf());
                WriteNumbers(writer, "shape", Tensors[i].Shape);
                WriteNumbers(writer, "data_offsets", [_offsets[i], _offsets[i] + Tensors[i].ByteCount]);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (buffer.WrittenCount % Alignment != 0)
        {
            buffer.Write(" "u8);
        }

        byte[] bytes = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - LengthSize);
        return bytes;
    }

    private void WriteMetadata(Utf8JsonWriter writer)
    {
        if (Metadata.Count > 0)
        {
            writer.WriteStartObject(MetadataName);
            foreach ((string name, string text) in Metadata)
            {
                writer.WriteString(name, text);
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, ReadOnlySpan<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
