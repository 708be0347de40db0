using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.Text;

/// <summary>The contents of <c>tokenizer.json</c>.</summary>
internal sealed record TokenizerJson
{
    internal static ConfigurationFormat File { get; } = new(
        TokenizerJsonContext.Default,
        new TokenizerJson { Format = "", Version = 0, Source = null, Target = null },
        new TokenizerSideJson { Kind = TokenizerKind.Characters, Tokens = [] });

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required TokenizerSideJson? Source { get; init; }

    public required TokenizerSideJson? Target { get; init; }
}

/// <summary>A tokenizer in <c>tokenizer.json</c>; none stands for a side of continuous features.</summary>
internal sealed record TokenizerSideJson
{
    public required TokenizerKind Kind { get; init; }

    public required string[] Tokens { get; init; }
}

/// <summary>Reading and writing without reflection, so that trimmed and native programs can.</summary>
[JsonSerializable(typeof(TokenizerJson))]
internal sealed partial class TokenizerJsonContext : JsonSerializerContext;
