using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>How a recurrent decoder scores its state h against a step m of the memory.</summary>
[JsonConverter(typeof(WordConverter<AttentionKind>))]
public enum AttentionKind
{
    /// <summary>It does not: only its first state knows the source.</summary>
    None,

    /// <summary>h·m, for an encoder of one direction.</summary>
    Dot,

    /// <summary>h·(G·m).</summary>
    General,

    /// <summary>v·tanh(Q·h + K·m).</summary>
    Additive,
}
