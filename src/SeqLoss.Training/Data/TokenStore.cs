using System;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Training.Data;

/// <summary>Sequences of tokens, 4 bytes a token.</summary>
public sealed class TokenStore() : SequenceStore(featureCount: 0)
{
    private int[] _tokens = [];

    /// <summary>The ids of sequence <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public ReadOnlySpan<int> this[int index]
    {
        get
        {
            (int start, int length) = Range(index);
            return _tokens.AsSpan(start, length);
        }
    }

    /// <summary>Appends a sequence.</summary>
    /// <param name="tokens">Ids, the last <see cref="SpecialTokens.End"/>, at least 1.</param>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is empty.</exception>
    /// <exception cref="ModelFileException">The store is full.</exception>
    public void Add(ReadOnlySpan<int> tokens) => Append(ref _tokens, tokens, tokens.Length);

    internal override void CopyTo(int index, SequenceBatch batch, int row) => batch.SetTokens(row, this[index]);
}
