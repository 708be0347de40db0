using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Self-attention, then a feed-forward layer, each on a residual branch.</summary>
public sealed class TransformerEncoderLayer
{
    private readonly SelfAttention _attention;
    private readonly ResidualBranch _attentionBranch;
    private readonly FeedForward _feedForward;
    private readonly ResidualBranch _feedForwardBranch;

    /// <summary>Adds the parameters of one layer.</summary>
    public TransformerEncoderLayer(ParameterSet parameters, string name, TransformerOptions options)
    {
        int size = options.ModelDimension;
        _attention = new SelfAttention(parameters, $"{name}.self_attention", size, options.Heads, isCausal: false, options.Dropout);
        _attentionBranch = new ResidualBranch(parameters, $"{name}.self_attention_norm", size, options.NormFirst, options.Dropout);
        _feedForward = new FeedForward(parameters, $"{name}.feed_forward", size, options.FeedForwardDimension, options.Dropout);
        _feedForwardBranch = new ResidualBranch(parameters, $"{name}.feed_forward_norm", size, options.NormFirst, options.Dropout);
    }

    /// <summary>Computes <c>[B·S, D]</c> from as many.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The source's features so far.</param>
    /// <param name="grid">Which row is which step.</param>
    /// <param name="lengths">The real steps of each source.</param>
    public Variable Apply(Tape tape, Variable x, RowGrid grid, ReadOnlySpan<int> lengths)
    {
        Variable attended = _attention.Apply(tape, _attentionBranch.Enter(tape, x), grid, lengths);
        x = _attentionBranch.Leave(tape, x, attended);
        Variable fed = _feedForward.Apply(tape, _feedForwardBranch.Enter(tape, x));
        return _feedForwardBranch.Leave(tape, x, fed);
    }
}
