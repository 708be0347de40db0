using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The keys and values of a Transformer's decoder: of the source once, of the target as it grows.</summary>
internal sealed class TransformerDecoderState : DecoderState
{
    private readonly TransformerEncoderDecoder _model;
    private readonly Tape _tape;
    private readonly RowGrid _sourceGrid;
    private readonly int _maxLength;
    private readonly Constant[] _memories;
    private readonly AttentionCache[] _caches;
    private readonly int[] _lengthOfSource;
    private int[] _sources;
    private int[] _lengths;
    private int[] _spare = [];

    public TransformerDecoderState(TransformerEncoderDecoder model, Tape tape, SequenceBatch source, int maxLength)
    {
        (_model, _tape, _maxLength) = (model, tape, maxLength);
        Rows = source.Count;
        _sourceGrid = new RowGrid(RowOrder.BatchMajor, source.Count, source.MaxLength);
        _lengthOfSource = source.Lengths.ToArray();
        _lengths = source.Lengths.ToArray();
        _sources = new int[Rows];
        for (int i = 0; i < _sources.Length; i++)
        {
            _sources[i] = i;
        }

        tape.Reset();
        tape.IsTraining = false;
        Variable memory = model.Encode(tape, source);
        _memories = new Constant[model.LayerCount];
        _caches = new AttentionCache[model.LayerCount];
        for (int layer = 0; layer < _memories.Length; layer++)
        {
            Variable projected = model.ProjectMemory(tape, layer, memory);
            _memories[layer] = new Constant(projected.Rows, projected.Columns);
            projected.Values.CopyTo(_memories[layer].Values);
            _caches[layer] = new AttentionCache(Rows, maxLength, memory.Columns);
        }
    }

    public override Variable Advance(SequenceBatch input)
    {
        if (Length == _maxLength)
        {
            throw new InvalidOperationException($"{_maxLength} steps were announced and are written.");
        }

        _tape.Reset();
        Variable x = _model.EmbedStep(_tape, input, Length);
        for (int layer = 0; layer < _caches.Length; layer++)
        {
            EncoderMemory memory = new(_memories[layer], _sourceGrid, _lengths.AsSpan(0, Rows), _sources.AsSpan(0, Rows));
            x = _model.AdvanceLayer(_tape, layer, x, _caches[layer], memory);
        }

        Length++;
        return _model.FinishStep(_tape, x);
    }

    public override void KeepRows(ReadOnlySpan<int> rows)
    {
        Grow(ref _spare, rows.Length);
        Grow(ref _lengths, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            _spare[i] = _sources[rows[i]];
            _lengths[i] = _lengthOfSource[_spare[i]];
        }

        (_sources, _spare) = (_spare, _sources);
        foreach (AttentionCache cache in _caches)
        {
            cache.KeepRows(rows);
        }

        Rows = rows.Length;
    }

    private static void Grow(ref int[] values, int length)
    {
        if (values.Length < length)
        {
            values = new int[length];
        }
    }
}
