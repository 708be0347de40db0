using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Layers;

/// <summary>Recurrent layers above each other that read what was written, and the memory by attention.</summary>
internal sealed class RecurrentDecoder
{
    private readonly RecurrentLayer[] _layers;
    private readonly float _dropoutRate;
    private Variable[] _outputs = [];

    public RecurrentDecoder(ParameterSet parameters, RecurrentOptions options)
    {
        _dropoutRate = options.Dropout;
        HasInputFeeding = options.HasInputFeeding;
        Size = options.HiddenSize;
        _layers = new RecurrentLayer[options.Layers];
        for (int i = 0; i < _layers.Length; i++)
        {
            int inputSize = i > 0 ? Size : options.EmbeddingSize + (HasInputFeeding ? Size : 0);
            _layers[i] = new RecurrentLayer(parameters, $"decoder.layers.{i}", options.Cell, inputSize, Size);
        }

        Attention = options.Attention == AttentionKind.None ? null : new RecurrentAttention(parameters, options);
    }

    /// <summary>How the memory is read; none where only the first states know the source.</summary>
    public RecurrentAttention? Attention { get; }

    /// <summary>Whether a step reads what the step before gave, beside its input.</summary>
    public bool HasInputFeeding { get; }

    /// <summary>H.</summary>
    public int Size { get; }

    /// <summary>Reads all steps of targets.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The features of each step.</param>
    /// <param name="grid">Which row is which step, time-major.</param>
    /// <param name="states">The states of each layer before the first step, and in their place those after the last.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="keys">Its projection for attention.</param>
    /// <returns>Rows to predict the next step from.</returns>
    public Variable Apply(
        Tape tape, Variable x, RowGrid grid, Span<RecurrentState> states, in EncoderMemory memory, Variable? keys)
    {
        if (!HasInputFeeding)
        {
            return Read(tape, x, grid, states, memory, keys);
        }

        if (_outputs.Length < grid.Steps)
        {
            _outputs = new Variable[grid.Steps];
        }

        Activation zeros = tape.Create(grid.Count, Size);
        zeros.Values.Clear();
        Variable last = zeros;
        for (int step = 0; step < grid.Steps; step++)
        {
            last = Advance(tape, RowsOperation.Apply(tape, x, step * grid.Count, grid.Count), last, states, memory, keys);
            _outputs[step] = last;
        }

        return StackOperation.Apply(tape, _outputs.AsSpan(0, grid.Steps));
    }

    /// <summary>Reads one step of targets.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The features of the step.</param>
    /// <param name="last">What the step before gave, zeros at first; read with input feeding alone.</param>
    /// <param name="states">The states of each layer before, and in their place those after the step.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="keys">Its projection for attention.</param>
    public Variable Advance(
        Tape tape, Variable x, Variable last, Span<RecurrentState> states, in EncoderMemory memory, Variable? keys)
    {
        x = HasInputFeeding ? ConcatenateOperation.Apply(tape, x, last) : x;
        return Read(tape, x, new RowGrid(RowOrder.TimeMajor, x.Rows, 1), states, memory, keys);
    }

    private Variable Read(
        Tape tape, Variable x, RowGrid grid, Span<RecurrentState> states, in EncoderMemory memory, Variable? keys)
    {
        for (int i = 0; i < _layers.Length; i++)
        {
            x = i == 0 ? x : DropoutOperation.Apply(tape, x, _dropoutRate);

            // What a target's steps give beyond its length is read by nobody.
            RecurrentSteps steps = _layers[i].Apply(tape, x, grid.Count, lengths: default, states[i]);
            (x, states[i]) = (steps.States, steps.Final);
        }

        return Attention is null ? DropoutOperation.Apply(tape, x, _dropoutRate) : Attention.Apply(tape, x, grid, memory, keys!);
    }
}
