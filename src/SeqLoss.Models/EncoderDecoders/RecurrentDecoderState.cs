using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The states of a recurrent decoder's layers, and the memory with its projection, computed once.</summary>
internal sealed class RecurrentDecoderState : DecoderState
{
    private readonly RecurrentEncoderDecoder _model;
    private readonly Tape _tape;
    private readonly RowGrid _sourceGrid;
    private readonly Constant _memory;
    private readonly Constant? _keys;

    // What the layers remember, and what the last step gave for input feeding: what is, and what comes next.
    private readonly RecurrentState[] _states;
    private Constant[] _kept;
    private Constant[] _spare;

    // For each row its source, and that one's length.
    private int[] _sources;
    private int[] _lengths;
    private int[] _spareSources = [];
    private int[] _spareLengths = [];

    public RecurrentDecoderState(RecurrentEncoderDecoder model, Tape tape, SequenceBatch source)
    {
        (_model, _tape) = (model, tape);
        Rows = source.Count;
        _lengths = source.Lengths.ToArray();
        _sources = new int[Rows];
        for (int i = 0; i < _sources.Length; i++)
        {
            _sources[i] = i;
        }

        tape.Reset();
        tape.IsTraining = false;
        _states = new RecurrentState[model.LayerCount];
        Variable memory = model.Encode(tape, source, _states);
        _sourceGrid = new RowGrid(RowOrder.BatchMajor, source.Count, source.MaxLength);
        _memory = BatchMajor(memory, _sourceGrid);
        if (model.Decoder.Attention is { } attention)
        {
            Variable keys = attention.ProjectMemory(tape, memory);
            _keys = keys == memory ? _memory : BatchMajor(keys, _sourceGrid);
        }

        _kept = Room();
        _spare = Room();
        Keep(null);
    }

    /// <inheritdoc/>
    public override Variable Advance(SequenceBatch input)
    {
        _tape.Reset();
        for (int layer = 0; layer < _states.Length; layer++)
        {
            _states[layer] = new RecurrentState(_kept[2 * layer], _states[layer].Cell is null ? null : _kept[(2 * layer) + 1]);
        }

        Variable x = _model.EmbedTarget(_tape, input);
        EncoderMemory memory = new(_memory, _sourceGrid, _lengths.AsSpan(0, Rows), _sources.AsSpan(0, Rows));
        Variable hidden = _model.Decoder.Advance(_tape, x, _kept[^1], _states, memory, _keys);
        Keep(hidden);
        Length++;
        return hidden;
    }

    /// <inheritdoc/>
    public override void KeepRows(ReadOnlySpan<int> rows)
    {
        Grow(ref _spareSources, rows.Length);
        Grow(ref _spareLengths, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            (_spareSources[i], _spareLengths[i]) = (_sources[rows[i]], _lengths[rows[i]]);
        }

        (_sources, _spareSources) = (_spareSources, _sources);
        (_lengths, _spareLengths) = (_spareLengths, _lengths);
        for (int matrix = 0; matrix < _kept.Length; matrix++)
        {
            _spare[matrix].Resize(rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                _kept[matrix].Row(rows[i]).CopyTo(_spare[matrix].Row(i));
            }
        }

        (_kept, _spare) = (_spare, _kept);
        Rows = rows.Length;
    }

    /// <summary>Copies what the step gave out of the tape's memory.</summary>
    private void Keep(Variable? hidden)
    {
        for (int layer = 0; layer < _states.Length; layer++)
        {
            _states[layer].Hidden!.Values.CopyTo(_kept[2 * layer].Values);
            _states[layer].Cell?.Values.CopyTo(_kept[(2 * layer) + 1].Values);
        }

        hidden?.Values.CopyTo(_kept[^1].Values);
    }

    /// <summary>A matrix for h and for c of each layer, and one for what was fed.</summary>
    private Constant[] Room()
    {
        Constant[] matrices = new Constant[(2 * _states.Length) + 1];
        for (int i = 0; i < matrices.Length; i++)
        {
            matrices[i] = new Constant(Rows, _model.Decoder.Size);
        }

        return matrices;
    }

    /// <summary>Each source's rows together: they are read together.</summary>
    private static Constant BatchMajor(Variable rows, RowGrid grid)
    {
        Constant copy = new(rows.Rows, rows.Columns);
        RowGrid from = grid with { Order = RowOrder.TimeMajor };
        for (int sequence = 0; sequence < grid.Count; sequence++)
        {
            for (int step = 0; step < grid.Steps; step++)
            {
                rows.Row(from.RowOf(sequence, step)).CopyTo(copy.Row(grid.RowOf(sequence, step)));
            }
        }

        return copy;
    }

    private static void Grow(ref int[] array, int length)
    {
        if (array.Length < length)
        {
            array = new int[length];
        }
    }
}
