using System.Text.Json.Serialization;
using SeqLoss.Models.EncoderDecoders;

namespace SeqLoss.Models.Files;

/// <summary>The contents of <c>config.json</c>.</summary>
internal sealed record ModelJson
{
    internal static ConfigurationFormat File { get; } = new(
        ModelJsonContext.Default,
        new ModelJson { Format = "", Version = 0, Model = new TransformerOptions() },
        new TransformerOptions(),
        new RecurrentOptions(),
        new StepForm());

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required EncoderDecoderOptions Model { get; init; }
}

/// <summary>Reading and writing without reflection, so that trimmed and native programs can.</summary>
[JsonSerializable(typeof(ModelJson))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
