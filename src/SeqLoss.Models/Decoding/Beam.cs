using System;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Decoding;

/// <summary>The search of one source: live hypotheses, all of one length, and the best of those that are complete.</summary>
/// <remarks>
/// <para>
/// A step takes the most probable continuations of all live hypotheses, as many as the beam has places. One that ends keeps its place and
/// its score for good, so that fewer places remain and a beam of one stops at its first end marker: greedy search.
/// </para>
/// <para>
/// Among equally probable continuations that of the better hypothesis comes first, then the smaller token; among complete hypotheses of
/// equal score the earlier.
/// </para>
/// </remarks>
internal sealed class Beam
{
    private readonly DecodingOptions _options;
    private readonly HypothesisTree _tree = new();
    private readonly Complete[] _complete;
    private Live[] _live;
    private Live[] _next;
    private int _completeCount;
    private int _freePlaces;
    private int _length;
    private int _maxLength;

    public Beam(DecodingOptions options)
    {
        _options = options;
        _live = new Live[options.BeamSize];
        _next = new Live[options.BeamSize];
        _complete = new Complete[options.NBest];
    }

    /// <summary>The live hypotheses; 0 when the search is over.</summary>
    public int LiveCount { get; private set; }

    /// <summary>Begins with one live hypothesis of no token.</summary>
    public void Begin(int maxLength)
    {
        _tree.Clear();
        _live[0] = new Live(0, 0, SpecialTokens.Begin, HypothesisTree.Root);
        LiveCount = 1;
        _completeCount = 0;
        _freePlaces = _options.BeamSize;
        _length = 0;
        _maxLength = maxLength;
    }

    /// <summary>The last token of a live hypothesis, <see cref="SpecialTokens.Begin"/> at first.</summary>
    public int TokenOf(int live) => _live[live].Token;

    /// <summary>Which live hypothesis a live one continues, in their order before <see cref="Extend"/>.</summary>
    public int ParentOf(int live) => _live[live].Parent;

    /// <summary>Writes one more step.</summary>
    /// <param name="tokens">The most probable tokens of each live hypothesis, the most probable first.</param>
    /// <param name="logProbabilities">Their ln p.</param>
    public void Extend(ReadOnlySpan<int> tokens, ReadOnlySpan<double> logProbabilities)
    {
        _length++;
        int count = Select(tokens, logProbabilities);
        LiveCount = 0;
        for (int i = 0; i < count; i++)
        {
            Live chosen = _next[i];
            if (chosen.Token == SpecialTokens.End)
            {
                Add(new Complete(chosen.LogProbability, Score(chosen), chosen.Node, HasEnded: true));
                _freePlaces--;
            }
            else
            {
                _next[LiveCount++] = chosen with { Node = _tree.Add(chosen.Node, chosen.Token) };
            }
        }

        (_live, _next) = (_next, _live);
        if (_length == _maxLength)
        {
            CutOff();
        }

        DropLosers();
    }

    /// <summary>The best complete hypotheses, best first: those that ended before those that were cut off.</summary>
    public Hypothesis[] Results()
    {
        var results = new Hypothesis[_completeCount];
        for (int i = 0; i < results.Length; i++)
        {
            Complete complete = _complete[i];
            results[i] = new Hypothesis(_tree.TokensOf(complete.Node), complete.LogProbability, complete.Score, complete.HasEnded);
        }

        return results;
    }

    /// <summary>Finds the most probable continuations, as many as there are places, best first; their node is their parent's.</summary>
    private int Select(ReadOnlySpan<int> tokens, ReadOnlySpan<double> logProbabilities)
    {
        int each = tokens.Length / LiveCount;
        int count = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            int parent = i / each;
            double sum = _live[parent].LogProbability + logProbabilities[i];
            if (!IsAllowed(tokens[i]) || (count == _freePlaces && !(sum > _next[count - 1].LogProbability)))
            {
                continue;
            }

            int place = count < _freePlaces ? count++ : count - 1;
            for (; place > 0 && sum > _next[place - 1].LogProbability; place--)
            {
                _next[place] = _next[place - 1];
            }

            _next[place] = new Live(sum, parent, tokens[i], _live[parent].Node);
        }

        return count;
    }

    private bool IsAllowed(int token) => token switch
    {
        SpecialTokens.Padding or SpecialTokens.Begin => false,
        SpecialTokens.End => _length >= _options.MinLength,
        _ => true,
    };

    private void CutOff()
    {
        for (int i = 0; i < LiveCount; i++)
        {
            Add(new Complete(_live[i].LogProbability, Score(_live[i]), _live[i].Node, HasEnded: false));
        }

        LiveCount = 0;
    }

    /// <summary>Drops the live hypotheses that cannot come among the results any more.</summary>
    /// <remarks>
    /// Live ones are sorted, and what they can reach depends on their log-probability alone: whatever would take the places of those that
    /// are dropped is even less probable, and cannot win either. So results are the same as without dropping.
    /// </remarks>
    private void DropLosers()
    {
        if (_completeCount < _complete.Length)
        {
            return;
        }

        double toBeat = _complete[^1].Score;
        while (LiveCount > 0 && _options.LengthPenalty.BestReachable(_live[LiveCount - 1].LogProbability, _maxLength) <= toBeat)
        {
            LiveCount--;
        }
    }

    private double Score(in Live live) => _options.LengthPenalty.Score(live.LogProbability, _length);

    private void Add(in Complete complete)
    {
        if (_completeCount == _complete.Length && !complete.Beats(_complete[^1]))
        {
            return;
        }

        int place = _completeCount < _complete.Length ? _completeCount++ : _completeCount - 1;
        for (; place > 0 && complete.Beats(_complete[place - 1]); place--)
        {
            _complete[place] = _complete[place - 1];
        }

        _complete[place] = complete;
    }

    /// <param name="LogProbability">Σ ln p.</param>
    /// <param name="Parent">The live hypothesis that it continues.</param>
    /// <param name="Token">Its last token.</param>
    /// <param name="Node">The place of that in the tree.</param>
    private readonly record struct Live(double LogProbability, int Parent, int Token, int Node);

    private readonly record struct Complete(double LogProbability, double Score, int Node, bool HasEnded)
    {
        public bool Beats(in Complete other) => HasEnded == other.HasEnded ? Score > other.Score : HasEnded;
    }
}
