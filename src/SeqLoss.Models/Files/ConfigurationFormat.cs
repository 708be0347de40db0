using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace SeqLoss.Models.Files;

/// <summary>Reads and writes records of options as JSON files that people edit.</summary>
/// <remarks>
/// <para>
/// Keys that are left out keep their defaults, unless the member is <c>required</c>. Comments and trailing commas are allowed.
/// A mistake is one sentence with the line, the key and the cure; a key that does not exist is a mistake, and the nearest one is
/// suggested.
/// </para>
/// <para>
/// The defaults are handed in, because the serialiser's source generator does not run the initialisers of <c>init</c> members:
/// what is left out would be 0 and null. A default of an outer record goes before the one of its type.
/// </para>
/// <para>
/// Members are booleans, whole and real numbers, texts, enumerations (<see cref="WordConverter{T}"/>), records and lists of
/// these, any of them nullable. A polymorphic record says which it is by its type discriminator, anywhere in the object.
/// </para>
/// </remarks>
internal sealed class ConfigurationFormat
{
    /// <summary>How the values of an enumeration are written.</summary>
    internal static readonly JsonNamingPolicy WordPolicy = JsonNamingPolicy.KebabCaseLower;

    private static readonly byte[] _byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly JsonSerializerOptions _options;
    private readonly Dictionary<Type, object> _defaults = [];

    /// <param name="context">The source-generated context that names the records; its own options are not looked at.</param>
    /// <param name="defaults">One instance of each record, nested ones too.</param>
    internal ConfigurationFormat(IJsonTypeInfoResolver context, params ReadOnlySpan<object> defaults)
    {
        _options = new JsonSerializerOptions
        {
            TypeInfoResolver = context,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IgnoreReadOnlyProperties = true,
            RespectNullableAnnotations = true,
            WriteIndented = true,
            NewLine = "\n",
            // The text goes to a file, not into a page: no need to escape + and '.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (object value in defaults)
        {
            _defaults.Add(value.GetType(), value);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFileException">The file cannot be read, or is not what <typeparamref name="T"/> describes.</exception>
    internal T Read<T>(string path)
        where T : class
    {
        FilePath.CheckReadable(path, FileKind.Json);
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw FileKind.Json.OnRead(path, refusal);
        }

        return Parse<T>(path, text);
    }

    /// <summary>Reads a text in UTF-8.</summary>
    /// <param name="path">What sentences call the text.</param>
    /// <param name="text">The text; a byte order mark is passed over.</param>
    /// <exception cref="ModelFileException">The text is not what <typeparamref name="T"/> describes.</exception>
    internal T Parse<T>(string path, ReadOnlySpan<byte> text)
        where T : class
    {
        JsonTypeInfo type = TypeOf(typeof(T));
        text = text.StartsWith(_byteOrderMark) ? text[_byteOrderMark.Length..] : text;
        JsonNode complete = new ConfigurationParser(this, path, text).Parse(type);
        return (T)complete.Deserialize(type)!;
    }

    /// <summary>The text of a record, every key with its value.</summary>
    internal string Format<T>(T value)
        where T : class
        => JsonSerializer.Serialize(value, TypeOf(typeof(T))) + "\n";

    /// <summary>Writes a record to a file that appears when it is complete.</summary>
    /// <exception cref="ModelFileException">The file cannot be written; what was there before is untouched.</exception>
    internal void Write<T>(string path, T value)
        where T : class
        => AtomicFile.WriteText(path, FileKind.Json, Format(value));

    internal JsonTypeInfo TypeOf(Type type) => _options.GetTypeInfo(type);

    /// <summary>A new object with the defaults of a record.</summary>
    /// <exception cref="InvalidOperationException">None were handed in.</exception>
    internal JsonObject DefaultsOf(JsonTypeInfo type) => _defaults.TryGetValue(type.Type, out object? value)
        ? (JsonObject)JsonSerializer.SerializeToNode(value, type)!
        : throw new InvalidOperationException($"No defaults of {type.Type.Name} were handed in.");
}
