using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>Which tables of tokens are one and the same.</summary>
[JsonConverter(typeof(WordConverter<EmbeddingTying>))]
public enum EmbeddingTying
{
    /// <summary>Each is its own.</summary>
    None,

    /// <summary>The target embedding is the output layer's weight.</summary>
    TargetAndOutput,

    /// <summary>Source embedding, target embedding and output weight are one; both sides have one vocabulary.</summary>
    All,
}
