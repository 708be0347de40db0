using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace SeqLoss.Models.Files;

/// <summary>Reads the JSON text of a safetensors header; nothing in it is believed before it has been checked.</summary>
/// <param name="path">The file, for sentences.</param>
/// <param name="dataLength">The bytes behind the header.</param>
internal sealed class SafeTensorsHeaderParser(string path, long dataLength)
{
    private const string Cure = "the file is damaged or incomplete: copy or save it again";

    private readonly List<(SafeTensor Tensor, long Begin)> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = [];

    /// <exception cref="ModelFileException">The text is no header, or does not fit the data.</exception>
    internal SafeTensorsHeader Parse(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            ReadEntries(ref reader);
        }
        catch (Exception refusal) when (refusal is JsonException or InvalidOperationException)
        {
            // Invalid JSON, or a text in it that is no UTF-8.
            long offset = SafeTensorsHeader.LengthSize + reader.TokenStartIndex;
            throw Bad($"byte {offset}: the header is no valid JSON", refusal);
        }

        CheckOffsets();
        return SafeTensorsHeader.Found([.. _entries.Select(entry => entry.Tensor)], _metadata);
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad("the header is no JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name))
            {
                throw Bad($"the header describes {Quoted.Of(name)} twice");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Bad($"the header has no object for {Quoted.Of(name)}");
            }

            if (name == SafeTensorsHeader.MetadataName)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                ReadTensor(ref reader, name);
            }
        }

        // Only white space may follow; anything else is invalid JSON.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Bad($"{SafeTensorsHeader.MetadataName}: {Quoted.Of(name)} is no text");
            }

            _metadata[name] = reader.GetString()!;
        }
    }

    private void ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadSizes(ref reader, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadSizes(ref reader, name, field);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Bad($"tensor {Quoted.Of(name)}: its {field} is given twice or is no text");
                default:
                    // The reference implementation passes over what it does not know.
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
        {
            throw Bad($"tensor {Quoted.Of(name)}: the header does not give its dtype, its shape and two data_offsets");
        }

        SafeTensor tensor = Describe(name, type, [.. shape]);
        if (begin > end || end - begin != tensor.ByteCount)
        {
            throw Bad($"tensor {Quoted.Of(name)}: {type} {SafeTensor.Describe(tensor.Shape)} takes {tensor.ByteCount} bytes, "
                + $"but its data_offsets are [{begin}, {end}]");
        }

        _entries.Add((tensor, begin));
    }

    private SafeTensor Describe(string name, string typeName, long[] shape)
    {
        if (SafeTensorTypes.Find(typeName) is not { } type)
        {
            throw new ModelFileException(
                $"{path}: tensor {Quoted.Of(name)}: its dtype {Quoted.Of(typeName)} is unknown; save the file again as F32, F16 or BF16");
        }

        try
        {
            return new SafeTensor(name, type, shape);
        }
        catch (OverflowException refusal)
        {
            throw Bad($"tensor {Quoted.Of(name)}: its shape is of more than 2^63 bytes", refusal);
        }
    }

    private List<long> ReadSizes(ref Utf8JsonReader reader, string name, string field)
    {
        var sizes = new List<long>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad($"tensor {Quoted.Of(name)}: its {field} is no array");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long size) || size < 0)
            {
                throw Bad($"tensor {Quoted.Of(name)}: its {field} holds something else than whole numbers from 0");
            }

            sizes.Add(size);
        }

        return sizes;
    }

    /// <summary>Every byte belongs to one tensor: nothing overlaps, nothing is hidden between them.</summary>
    private void CheckOffsets()
    {
        // A tensor without elements may share its place with the next one: it goes first.
        _entries.Sort((left, right) => (left.Begin, left.Tensor.ByteCount).CompareTo((right.Begin, right.Tensor.ByteCount)));
        long expected = 0;
        string previous = "the header";
        foreach ((SafeTensor tensor, long begin) in _entries)
        {
            if (begin != expected)
            {
                string how = begin < expected ? "overlap" : "leave a gap behind";
                throw Bad($"tensor {Quoted.Of(tensor.Name)}: its data begin at byte {begin} of the data and {how} {previous}, "
                    + $"which ends at {expected}");
            }

            expected = begin + tensor.ByteCount;
            previous = $"tensor {Quoted.Of(tensor.Name)}";
        }

        if (expected != dataLength)
        {
            throw Bad($"the header describes {expected} bytes of data, the file holds {dataLength}");
        }
    }

    private ModelFileException Bad(string fault, Exception? cause = null) => new($"{path}: {fault}; {Cure}", cause);
}
