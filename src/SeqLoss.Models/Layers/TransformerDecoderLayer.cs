using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Causal self-attention, attention to the encoder's output, then a feed-forward layer, each on a residual branch.</summary>
public sealed class TransformerDecoderLayer
{
    private readonly SelfAttention _selfAttention;
    private readonly ResidualBranch _selfBranch;
    private readonly CrossAttention _crossAttention;
    private readonly ResidualBranch _crossBranch;
    private readonly FeedForward _feedForward;
    private readonly ResidualBranch _feedForwardBranch;

    /// <summary>Adds the parameters of one layer.</summary>
    public TransformerDecoderLayer(ParameterSet parameters, string name, TransformerOptions options)
    {
        (int size, float rate) = (options.ModelDimension, options.Dropout);
        _selfAttention = new SelfAttention(parameters, $"{name}.self_attention", size, options.Heads, isCausal: true, rate);
        _selfBranch = new ResidualBranch(parameters, $"{name}.self_attention_norm", size, options.NormFirst, rate);
        _crossAttention = new CrossAttention(parameters, $"{name}.cross_attention", size, options.Heads, rate);
        _crossBranch = new ResidualBranch(parameters, $"{name}.cross_attention_norm", size, options.NormFirst, rate);
        _feedForward = new FeedForward(parameters, $"{name}.feed_forward", size, options.FeedForwardDimension, rate);
        _feedForwardBranch = new ResidualBranch(parameters, $"{name}.feed_forward_norm", size, options.NormFirst, rate);
    }

    /// <summary>What the layer attends to of the encoder's output; the same for all steps.</summary>
    public Variable ProjectMemory(Tape tape, Variable memory) => _crossAttention.ProjectMemory(tape, memory);

    /// <summary>Computes whole sequences, <c>[B·T, D]</c> from as many.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The target's features so far.</param>
    /// <param name="grid">Which row is which step.</param>
    /// <param name="lengths">The real steps of each target.</param>
    /// <param name="memory">The encoder's output.</param>
    public Variable Apply(Tape tape, Variable x, RowGrid grid, ReadOnlySpan<int> lengths, in EncoderMemory memory)
    {
        Variable attended = _selfAttention.Apply(tape, _selfBranch.Enter(tape, x), grid, lengths);
        x = _selfBranch.Leave(tape, x, attended);
        Variable projected = ProjectMemory(tape, memory.Features);
        Variable read = _crossAttention.Apply(tape, _crossBranch.Enter(tape, x), grid, projected, memory.Grid, memory.Lengths);
        x = _crossBranch.Leave(tape, x, read);
        return Feed(tape, x);
    }

    /// <summary>Computes one new step of each row.</summary>
    /// <param name="tape">The tape, not in training.</param>
    /// <param name="x">The new step of each row.</param>
    /// <param name="cache">The layer's keys and values of the steps before.</param>
    /// <param name="memory">What <see cref="ProjectMemory"/> gave, and whose of it each row reads.</param>
    internal Variable Advance(Tape tape, Variable x, AttentionCache cache, in EncoderMemory memory)
    {
        Variable attended = _selfAttention.Advance(tape, _selfBranch.Enter(tape, x), cache);
        x = _selfBranch.Leave(tape, x, attended);
        RowGrid step = new(RowOrder.BatchMajor, x.Rows, 1);
        Variable read = _crossAttention.Apply(
            tape, _crossBranch.Enter(tape, x), step, memory.Features, memory.Grid, memory.Lengths, memory.Sequences);
        x = _crossBranch.Leave(tape, x, read);
        return Feed(tape, x);
    }

    private Variable Feed(Tape tape, Variable x)
    {
        Variable fed = _feedForward.Apply(tape, _feedForwardBranch.Enter(tape, x));
        return _feedForwardBranch.Leave(tape, x, fed);
    }
}
