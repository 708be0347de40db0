using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Multi-head attention of target steps to the encoder's output.</summary>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, section 3.2.3.</seealso>
public sealed class CrossAttention
{
    private readonly string _name;
    private readonly Linear _query;
    private readonly Linear _memory;
    private readonly Linear _out;
    private readonly AttentionShape _shape;
    private readonly float _dropoutRate;
    private readonly int _size;

    /// <summary>Adds <c>name.query</c>, <c>name.memory</c> (keys, then values) and <c>name.out</c>.</summary>
    public CrossAttention(ParameterSet parameters, string name, int size, int heads, float dropoutRate)
    {
        _name = name;
        _query = new Linear(parameters, $"{name}.query", size, size);
        _memory = new Linear(parameters, $"{name}.memory", size, 2 * size, matrices: 2);
        _out = new Linear(parameters, $"{name}.out", size, size);
        _shape = new AttentionShape(heads, size / heads, 1 / MathF.Sqrt(size / heads));
        (_size, _dropoutRate) = (size, dropoutRate);
    }

    /// <summary>The keys and values of the encoder's output, side by side.</summary>
    public Variable ProjectMemory(Tape tape, Variable memory) => _memory.Apply(tape, memory);

    /// <summary>Attends.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">Rows of target features.</param>
    /// <param name="grid">Which row is which target step.</param>
    /// <param name="memory">What <see cref="ProjectMemory"/> gave.</param>
    /// <param name="memoryGrid">Which of its rows is which source step.</param>
    /// <param name="lengths">The real source steps for each target sequence.</param>
    /// <param name="sequences">Which source each target sequence reads; empty: its own.</param>
    public Variable Apply(
        Tape tape,
        Variable x,
        RowGrid grid,
        Variable memory,
        RowGrid memoryGrid,
        ReadOnlySpan<int> lengths,
        ReadOnlySpan<int> sequences = default)
    {
        Variable query = _query.Apply(tape, x);
        tape.Layer = _name;
        Variable context = AttentionOperation.Apply(
            tape,
            new(query, 0, grid),
            new(memory, 0, memoryGrid),
            new(memory, _size, memoryGrid),
            _shape,
            lengths,
            _dropoutRate,
            sequences);
        return _out.Apply(tape, context);
    }
}
