using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Multi-head attention of sequences to themselves.</summary>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, section 3.2.2.</seealso>
public sealed class SelfAttention
{
    private readonly string _name;
    private readonly Linear _in;
    private readonly Linear _out;
    private readonly AttentionShape _shape;
    private readonly float _dropoutRate;
    private readonly int _size;

    /// <summary>Adds <c>name.in</c>, the maps to queries, keys and values below each other, and <c>name.out</c>.</summary>
    public SelfAttention(ParameterSet parameters, string name, int size, int heads, bool isCausal, float dropoutRate)
    {
        _name = name;
        _in = new Linear(parameters, $"{name}.in", size, 3 * size, matrices: 3);
        _out = new Linear(parameters, $"{name}.out", size, size);
        _shape = new AttentionShape(heads, size / heads, 1 / MathF.Sqrt(size / heads), isCausal);
        (_size, _dropoutRate) = (size, dropoutRate);
    }

    /// <summary>Attends within whole sequences.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">Rows of features, <c>[B·T, size]</c>.</param>
    /// <param name="grid">Which row is which step.</param>
    /// <param name="lengths">The real steps of each sequence.</param>
    public Variable Apply(Tape tape, Variable x, RowGrid grid, ReadOnlySpan<int> lengths)
    {
        Variable projected = _in.Apply(tape, x);
        tape.Layer = _name;
        Variable context = AttentionOperation.Apply(
            tape, new(projected, 0, grid), new(projected, _size, grid), new(projected, 2 * _size, grid), _shape, lengths, _dropoutRate);
        return _out.Apply(tape, context);
    }

    /// <summary>Attends from one new step of each row to the steps before it and to itself, which it adds to what is remembered.</summary>
    /// <param name="tape">The tape, not in training.</param>
    /// <param name="x">The new step of each row, <c>[rows, size]</c>.</param>
    /// <param name="cache">The keys and values of the steps before.</param>
    internal Variable Advance(Tape tape, Variable x, AttentionCache cache)
    {
        Variable projected = _in.Apply(tape, x);
        cache.Append(projected, _size);
        tape.Layer = _name;
        Variable context = AttentionOperation.Apply(
            tape,
            new(projected, 0, new RowGrid(RowOrder.BatchMajor, x.Rows, 1)),
            new(cache.KeysAndValues, 0, cache.Grid),
            new(cache.KeysAndValues, _size, cache.Grid),
            _shape with { IsCausal = false },
            cache.Lengths);
        return _out.Apply(tape, context);
    }
}
