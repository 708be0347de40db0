using System;
using System.Collections.Generic;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Tests.Decoding;

/// <summary>A model whose logits are any function of the source and of what has been written: its last layer is the identity.</summary>
internal sealed class ScriptedModel : EncoderDecoder
{
    private readonly Func<int[], int[], float[]> _logits;

    public ScriptedModel(int vocabularySize, Func<int[], int[], float[]> logits)
        : base(new ScriptedOptions { Source = StepForm.Tokens(vocabularySize), Target = StepForm.Tokens(vocabularySize) })
    {
        _logits = logits;
        Parameter weight = Parameters.AddConstant("output.weight", vocabularySize, vocabularySize);
        for (int i = 0; i < vocabularySize; i++)
        {
            weight.Values[(i * vocabularySize) + i] = 1;
        }

        Output = new OutputLayer(weight, Parameters.AddConstant("output.bias", 1, vocabularySize));
    }

    public int VocabularySize => Options.Target.VocabularySize;

    /// <summary>The rows of every step since the model was made.</summary>
    public List<int> RowsOfSteps { get; } = [];

    /// <summary>How often rows were moved.</summary>
    public int MoveCount { get; private set; }

    public override RowOrder RowOrder => RowOrder.BatchMajor;

    /// <summary>Logits that look random but are a function of source and prefix alone.</summary>
    public static ScriptedModel Random(ulong seed, int vocabularySize = 7, float spread = 1.5f) => new(vocabularySize, (source, prefix) =>
    {
        ulong stream = 17;
        foreach (int token in (int[])[.. source, -1, .. prefix])
        {
            stream = (stream * 6364136223846793005) + (ulong)(token + 2);
        }

        float[] logits = new float[vocabularySize];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = spread * (float)new CounterRandom(seed, stream).Gaussian((ulong)i);
        }

        return logits;
    });

    public float[] LogitsOf(int[] source, int[] prefix) => _logits(source, prefix);

    public override Variable Forward(Tape tape, SequenceBatch source, SequenceBatch decoderInput) => throw new NotSupportedException();

    public override DecoderState BeginDecoding(Tape tape, SequenceBatch source, int maxLength) => new State(this, tape, source, maxLength);

    private sealed record ScriptedOptions : EncoderDecoderOptions
    {
        public override EncoderDecoder Create() => throw new NotSupportedException();
    }

    private sealed class State : DecoderState
    {
        private readonly ScriptedModel _model;
        private readonly Tape _tape;
        private readonly int _maxLength;
        private List<(int[] Source, int[] Prefix)> _rows = [];

        public State(ScriptedModel model, Tape tape, SequenceBatch source, int maxLength)
        {
            (_model, _tape, _maxLength) = (model, tape, maxLength);
            for (int i = 0; i < source.Count; i++)
            {
                _rows.Add((source.Tokens.Slice(i * source.MaxLength, source.Lengths[i]).ToArray(), []));
            }

            Rows = _rows.Count;
        }

        public override Variable Advance(SequenceBatch input)
        {
            Require(input.Count == Rows && input.MaxLength == 1 && Rows > 0, "One step of each row.");
            Require(Length++ < _maxLength, "No more steps than announced.");
            _model.RowsOfSteps.Add(Rows);
            _tape.Reset();
            Activation hidden = _tape.Create(Rows, _model.VocabularySize);
            for (int row = 0; row < Rows; row++)
            {
                Require(input.Lengths[row] == 1, "The step is real.");
                (int[] source, int[] prefix) = _rows[row];
                int token = input.Tokens[row];
                Require(token == SpecialTokens.Begin == (Length == 1), "The marker comes first, and only there.");
                prefix = Length == 1 ? [] : [.. prefix, token];
                _rows[row] = (source, prefix);
                _model.LogitsOf(source, prefix).CopyTo(hidden.Row(row));
            }

            return hidden;
        }

        public override void KeepRows(ReadOnlySpan<int> rows)
        {
            List<(int[] Source, int[] Prefix)> kept = [];
            foreach (int row in rows)
            {
                kept.Add(_rows[row]);
            }

            _model.MoveCount++;
            _rows = kept;
            Rows = kept.Count;
        }

        private static void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new InvalidOperationException(what);
            }
        }
    }
}
