using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqLoss.Models.Text;

/// <summary>The contents of <c>tokenizer.json</c>.</summary>
internal sealed record TokenizerJson
{
    public required string Format { get; init; }

    public required int Version { get; init; }

    public required Side? Source { get; init; }

    public required Side? Target { get; init; }

    /// <summary>A tokenizer; none for a side of continuous features.</summary>
    internal sealed record Side
    {
        public required string Kind { get; init; }

        public required ImmutableArray<string> Tokens { get; init; }
    }
}

/// <summary>Reading and writing without reflection, so that trimmed and native programs can.</summary>
[JsonSerializable(typeof(TokenizerJson))]
internal sealed partial class TokenizerJsonContext : JsonSerializerContext
{
    /// <summary>Text stays readable (nothing here is ever put into a page), and what is not understood is refused.</summary>
    public static TokenizerJsonContext Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        NewLine = "\n",
    });
}
