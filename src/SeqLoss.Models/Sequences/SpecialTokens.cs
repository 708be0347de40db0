namespace SeqLoss.Models.Sequences;

/// <summary>The ids that every vocabulary begins with.</summary>
public static class SpecialTokens
{
    /// <summary>The number of special ids: a vocabulary's own tokens begin here.</summary>
    public const int Count = 4;

    /// <summary>Fills a batch beyond the end of a sequence; never read, never scored.</summary>
    public const int Padding = 0;

    /// <summary>Stands for a token that the vocabulary does not hold.</summary>
    public const int Unknown = 1;

    /// <summary>The first input of a decoder.</summary>
    public const int Begin = 2;

    /// <summary>The last token of every sequence.</summary>
    public const int End = 3;
}
