namespace SeqLoss;

/// <summary>What JoeyNMT divides a batch's loss by.</summary>
public enum JoeyNmtNormalization
{
    /// <summary>The number of sequences, JoeyNMT's default.</summary>
    Batch,

    /// <summary>The number of tokens that are not padding.</summary>
    Tokens,

    /// <summary>Nothing: the sum.</summary>
    Sum,
}
