using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>Recurrent layers above each other, in one or both directions, and the bridge to a decoder's first states.</summary>
internal sealed class RecurrentEncoder
{
    private readonly RecurrentLayer[] _forward;
    private readonly RecurrentLayer[] _backward;
    private readonly Linear[] _stateBridge;
    private readonly Linear[] _cellBridge;
    private readonly float _dropoutRate;

    public RecurrentEncoder(ParameterSet parameters, RecurrentOptions options)
    {
        int size = options.HiddenSize;
        bool isLstm = options.Cell == CellKind.Lstm;
        _dropoutRate = options.Dropout;
        _forward = new RecurrentLayer[options.Layers];
        _backward = new RecurrentLayer[options.IsBidirectional ? options.Layers : 0];
        _stateBridge = new Linear[_backward.Length];
        _cellBridge = new Linear[isLstm ? _backward.Length : 0];
        int inputSize = options.EmbeddingSize;
        for (int i = 0; i < options.Layers; i++)
        {
            _forward[i] = new RecurrentLayer(parameters, $"encoder.layers.{i}.forward", options.Cell, inputSize, size);
            if (options.IsBidirectional)
            {
                _backward[i] = new RecurrentLayer(parameters, $"encoder.layers.{i}.backward", options.Cell, inputSize, size);
            }

            inputSize = options.MemorySize;
        }

        for (int i = 0; i < _backward.Length; i++)
        {
            _stateBridge[i] = new Linear(parameters, $"bridge.{i}.state", 2 * size, size);
            if (isLstm)
            {
                _cellBridge[i] = new Linear(parameters, $"bridge.{i}.cell", 2 * size, size);
            }
        }
    }

    /// <summary>Reads sources.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The features of each step, time-major.</param>
    /// <param name="lengths">The real steps of each source.</param>
    /// <param name="first">Receives the decoder's first state for each layer.</param>
    /// <returns>The memory: the top layer's states after each step, both directions side by side.</returns>
    public Variable Apply(Tape tape, Variable x, ReadOnlySpan<int> lengths, Span<RecurrentState> first)
    {
        for (int i = 0; i < _forward.Length; i++)
        {
            if (i > 0)
            {
                x = DropoutOperation.Apply(tape, x, _dropoutRate);
            }

            RecurrentSteps forward = _forward[i].Apply(tape, x, lengths.Length, lengths);
            if (_backward.Length == 0)
            {
                (x, first[i]) = (forward.States, forward.Final);
                continue;
            }

            RecurrentSteps backward = _backward[i].Apply(tape, x, lengths.Length, lengths, isReverse: true);
            x = ConcatenateOperation.Apply(tape, forward.States, backward.States);
            Variable hidden = Cross(tape, _stateBridge[i], forward.Final.Hidden!, backward.Final.Hidden!);
            Variable? cell = _cellBridge.Length > 0 ? Cross(tape, _cellBridge[i], forward.Final.Cell!, backward.Final.Cell!) : null;
            first[i] = new RecurrentState(hidden, cell);
        }

        return x;
    }

    private static Variable Cross(Tape tape, Linear bridge, Variable forward, Variable backward)
        => bridge.Apply(tape, ConcatenateOperation.Apply(tape, forward, backward), Nonlinearity.Tanh);
}
