using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Attention of a recurrent decoder: out = tanh(C·[c; h]), c the memory's mean weighted by the softmax of its scores.</summary>
/// <remarks>Scores of h and a memory m: h·m, h·(G·m) or v·tanh(Q·h + K·m).</remarks>
/// <seealso href="https://arxiv.org/abs/1508.04025">Luong, Pham and Manning, 2015, section 3.1.</seealso>
/// <seealso href="https://arxiv.org/abs/1409.0473">Bahdanau, Cho and Bengio, 2015.</seealso>
internal sealed class RecurrentAttention
{
    private const string Name = "attention";

    private readonly Linear? _memory;
    private readonly Linear? _query;
    private readonly Parameter? _energy;
    private readonly Linear _combine;
    private readonly float _dropoutRate;
    private readonly AttentionShape _shape;

    public RecurrentAttention(ParameterSet parameters, RecurrentOptions options)
    {
        (int size, int memorySize) = (options.HiddenSize, options.MemorySize);
        _dropoutRate = options.Dropout;
        _shape = new AttentionShape(Heads: 1, size, Scale: 1) { ValueSize = memorySize };
        if (options.Attention == AttentionKind.General)
        {
            _memory = new Linear(parameters, $"{Name}.memory", memorySize, size, hasBias: false);
        }
        else if (options.Attention == AttentionKind.Additive)
        {
            _memory = new Linear(parameters, $"{Name}.memory", memorySize, options.AttentionSize, hasBias: false);
            _query = new Linear(parameters, $"{Name}.query", size, options.AttentionSize, hasBias: false);
            _energy = parameters.AddXavierUniform($"{Name}.energy.weight", 1, options.AttentionSize);
        }

        _combine = new Linear(parameters, $"{Name}.combine", memorySize + size, size, hasBias: false);
    }

    /// <summary>The part of the scores that depends on the memory alone: m, G·m or K·m.</summary>
    public Variable ProjectMemory(Tape tape, Variable memory) => _memory is null ? memory : _memory.Apply(tape, memory);

    /// <summary>Attends.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="h">The decoder's states.</param>
    /// <param name="grid">Which row is which target step.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="keys">What <see cref="ProjectMemory"/> gave, in the same rows.</param>
    /// <returns>out, shaped as h.</returns>
    public Variable Apply(Tape tape, Variable h, RowGrid grid, in EncoderMemory memory, Variable keys)
    {
        Variable? query = _query?.Apply(tape, h);
        tape.Layer = Name;
        Variable context = query is null
            ? AttentionOperation.Apply(
                tape,
                new(h, 0, grid),
                new(keys, 0, memory.Grid),
                new(memory.Features, 0, memory.Grid),
                _shape,
                memory.Lengths,
                keySequences: memory.Sequences)
            : AdditiveAttentionOperation.Apply(
                tape,
                new(query, grid),
                new(keys, memory.Grid),
                new(memory.Features, memory.Grid),
                _energy!,
                memory.Lengths,
                memory.Sequences);
        return _combine.Apply(tape, ConcatenateOperation.Apply(tape, context, h), Nonlinearity.Tanh, _dropoutRate);
    }
}
