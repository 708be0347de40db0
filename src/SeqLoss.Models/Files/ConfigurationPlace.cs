using System;
using System.Text;
using System.Text.Json;

namespace SeqLoss.Models.Files;

/// <summary>Says where in a file something is wrong.</summary>
internal readonly ref struct ConfigurationPlace(string path, ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;

    internal int LineOf(long offset) => 1 + _text[..(int)offset].Count((byte)'\n');

    internal ModelFileException Bad(long offset, string fault, string cure, Exception? cause = null)
        => new($"{path}: line {LineOf(offset)}: {fault}; {cure}", cause);

    internal ModelFileException BadSyntax(JsonException refusal)
    {
        // The reason stands in front of the position, which is counted from 0 there.
        string reason = refusal.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
        string place = $"line {refusal.LineNumber + 1}, column {refusal.BytePositionInLine + 1}";
        return new ModelFileException(
            $"{path}: {place}: this is no valid JSON ({Quoted.Printable(reason)}); correct the text here or just before", refusal);
    }

    /// <summary>A value as it stands in the file; of objects and lists that they are one.</summary>
    internal static string Show(Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => Quoted.Of(reader.GetString()!, '"'),
        _ => Quoted.Printable(Encoding.UTF8.GetString(reader.ValueSpan)),
    };
}
