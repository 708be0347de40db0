using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SeqLoss.Cli;

/// <summary>JSON objects as text. Numbers come back as they were; those that JSON lacks are strings.</summary>
internal static class JsonText
{
    // The text goes to a terminal or a file, not into a page: no need to escape + and '.
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Of(Action<Utf8JsonWriter> writeFields)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _plain))
        {
            writer.WriteStartObject();
            writeFields(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>An array of objects, one a line.</summary>
    internal static string ArrayOf<T>(IReadOnlyCollection<T> items, Action<Utf8JsonWriter, T> writeFields)
        => items.Count == 0
            ? "[]"
            : "[\n  " + string.Join(",\n  ", items.Select(item => Of(writer => writeFields(writer, item)))) + "\n]";

    /// <summary>Writes a number, "NaN", "Infinity", "-Infinity", or null.</summary>
    internal static void WriteReal(this Utf8JsonWriter writer, string name, double? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case double.NaN:
                writer.WriteString(name, "NaN");
                break;
            case double.PositiveInfinity:
                writer.WriteString(name, "Infinity");
                break;
            case double.NegativeInfinity:
                writer.WriteString(name, "-Infinity");
                break;
            default:
                writer.WriteNumber(name, value.Value);
                break;
        }
    }
}
