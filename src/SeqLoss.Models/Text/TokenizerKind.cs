namespace SeqLoss.Models.Text;

/// <summary>What a <see cref="Tokenizer"/> takes for a token.</summary>
public enum TokenizerKind
{
    /// <summary>Each Unicode scalar value, spaces included.</summary>
    Characters,

    /// <summary>What stands between spaces (U+0020).</summary>
    Words,
}
