using System.Collections.Generic;
using System.Collections.Immutable;

namespace SeqLoss.Models.Decoding;

/// <summary>The tokens of hypotheses that begin alike, each step once: a step knows the one before it.</summary>
internal sealed class HypothesisTree
{
    /// <summary>The node of no token, where all hypotheses begin.</summary>
    public const int Root = -1;

    private readonly List<(int Parent, int Token, int Depth)> _nodes = [];

    public void Clear() => _nodes.Clear();

    /// <summary>Goes on from a node by a token.</summary>
    /// <returns>The new node.</returns>
    public int Add(int parent, int token)
    {
        _nodes.Add((parent, token, DepthOf(parent) + 1));
        return _nodes.Count - 1;
    }

    /// <summary>All tokens up to a node, the first one first.</summary>
    public ImmutableArray<int> TokensOf(int node)
    {
        var tokens = ImmutableArray.CreateBuilder<int>(DepthOf(node));
        tokens.Count = tokens.Capacity;
        for (int i = tokens.Count - 1; i >= 0; i--)
        {
            (node, tokens[i], _) = _nodes[node];
        }

        return tokens.MoveToImmutable();
    }

    private int DepthOf(int node) => node == Root ? 0 : _nodes[node].Depth;
}
