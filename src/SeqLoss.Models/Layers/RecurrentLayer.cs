using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>A cell that reads sequences step by step, in one direction.</summary>
public sealed class RecurrentLayer
{
    private readonly string _name;
    private readonly CellWeights _weights;

    /// <summary>Adds <c>name.input</c> and <c>name.hidden</c>, a weight and a bias each.</summary>
    /// <param name="parameters">Where parameters are added.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="kind">The cell.</param>
    /// <param name="inputSize">The features of a step.</param>
    /// <param name="hiddenSize">The units H.</param>
    public RecurrentLayer(ParameterSet parameters, string name, CellKind kind, int inputSize, int hiddenSize)
    {
        _name = name;
        int gates = CellWeights.GateCount(kind);
        _weights = new CellWeights(
            kind,
            parameters.AddXavierUniform($"{name}.input.weight", gates * hiddenSize, inputSize, gates),
            parameters.AddConstant($"{name}.input.bias", 1, gates * hiddenSize),
            parameters.AddXavierUniform($"{name}.hidden.weight", gates * hiddenSize, hiddenSize, gates),
            parameters.AddConstant($"{name}.hidden.bias", 1, gates * hiddenSize));
    }

    /// <summary>Reads sequences, see <see cref="RecurrenceOperation.Apply"/>.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The features of each step, <c>[T·B, in]</c>, time-major.</param>
    /// <param name="count">B.</param>
    /// <param name="lengths">The real steps of each sequence; empty where all are.</param>
    /// <param name="initial">The states before the first step.</param>
    /// <param name="isReverse">Whether the last step is read first.</param>
    public RecurrentSteps Apply(
        Tape tape, Variable x, int count, ReadOnlySpan<int> lengths, RecurrentState initial = default, bool isReverse = false)
    {
        tape.Layer = _name;
        return RecurrenceOperation.Apply(tape, x, _weights, count, lengths, initial, isReverse);
    }
}
