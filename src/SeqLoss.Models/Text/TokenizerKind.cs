using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.Text;

/// <summary>What a <see cref="Tokenizer"/> takes for a token.</summary>
[JsonConverter(typeof(WordConverter<TokenizerKind>))]
public enum TokenizerKind
{
    /// <summary>Each Unicode scalar value, spaces included.</summary>
    Characters,

    /// <summary>What stands between spaces (U+0020).</summary>
    Words,
}
