using System;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Tests;

/// <summary>Sequences that tell when they are read.</summary>
internal sealed class WatchedStore : SequenceStore
{
    private readonly TokenStore _tokens;
    private readonly Action<int> _onRead;
    private int _readCount;

    private WatchedStore(TokenStore tokens, Action<int> onRead)
        : base(featureCount: 0)
    {
        (_tokens, _onRead) = (tokens, onRead);
        int[] lengths = [];
        for (int i = 0; i < tokens.Count; i++)
        {
            Append(ref lengths, tokens[i], tokens.Length(i));
        }
    }

    /// <summary>The same pairs, watched.</summary>
    /// <param name="corpus">Pairs of tokens.</param>
    /// <param name="onRead">Takes how many pairs have been read so far, this one included.</param>
    public static PairCorpus Watch(PairCorpus corpus, Action<int> onRead)
        => new(new WatchedStore((TokenStore)corpus.Source, onRead), corpus.Target);

    internal override void CopyTo(int index, SequenceBatch batch, int row)
    {
        batch.SetTokens(row, _tokens[index]);
        _onRead(++_readCount);
    }
}
