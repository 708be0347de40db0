using System;
using System.Collections.Generic;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Models.Autograd;

/// <summary>One step of a computation: it computed an output, and can carry the output's gradient back to its inputs.</summary>
/// <remarks>
/// To add an operation write one sealed class: a static method that rents an object of it from the tape, keeps the inputs in fields,
/// computes the output and records it; and <see cref="Backward"/>, which adds to the inputs' gradients. Objects are used again by later
/// steps, so every field is set each time. <c>RowsOperation</c> is the shortest example.
/// </remarks>
public abstract class Operation : IWork
{
    private const int ValuesPerChunk = 1 << 14;

    private int _pass;
    private int _rows;
    private int _rowsPerChunk;

    /// <summary>The layer in whose name the operation ran.</summary>
    public string Layer { get; private set; } = "";

    int IWork.ChunkCount => (_rows + _rowsPerChunk - 1) / _rowsPerChunk;

    /// <summary>The tape of this step.</summary>
    protected Tape Tape { get; private set; } = null!;

    /// <summary>What was computed and recorded, most often one matrix.</summary>
    internal List<Activation> Outputs { get; } = [];

    /// <summary>Adds to the gradients of the inputs, given that of the output.</summary>
    public abstract void Backward();

    void IWork.Run(int chunk)
    {
        int first = chunk * _rowsPerChunk;
        RunRows(_pass, first, Math.Min(_rowsPerChunk, _rows - first));
    }

    internal void Begin(Tape tape, string layer)
    {
        Tape = tape;
        Layer = layer;
        Outputs.Clear();
    }

    /// <summary>Runs a pass over rows on the tape's threads, in chunks of rows that the shape alone decides.</summary>
    /// <param name="pass">The operation's own number of the pass, handed on to <see cref="RunRows"/>.</param>
    /// <param name="rows">The rows; a chunk writes only what belongs to its own.</param>
    /// <param name="valuesPerRow">About how many values are computed for a row.</param>
    protected void ForRows(int pass, int rows, int valuesPerRow)
    {
        _pass = pass;
        _rows = rows;
        _rowsPerChunk = RowsPerChunk(valuesPerRow);
        WorkPool.Run(this, Tape.Threads);
    }

    /// <summary>Computes rows of a pass; called on any thread.</summary>
    protected virtual void RunRows(int pass, int firstRow, int rowCount)
        => throw new InvalidOperationException($"{GetType().Name} has no pass over rows.");

    /// <summary>The rows that are computed together.</summary>
    protected static int RowsPerChunk(int valuesPerRow) => Math.Max(1, ValuesPerChunk / Math.Max(1, valuesPerRow));
}
