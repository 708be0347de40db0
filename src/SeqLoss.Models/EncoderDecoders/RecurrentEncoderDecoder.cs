using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>A recurrent encoder-decoder: RNN, GRU or LSTM, with or without attention.</summary>
/// <remarks>
/// The decoder's layers begin with the encoder's final states: a tanh layer of both directions' where there are two, as they are where
/// there is one. Padding changes no result: a step beyond a length keeps the state, and attention does not see it.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1409.3215">Sutskever, Vinyals and Le, 2014.</seealso>
/// <seealso href="https://arxiv.org/abs/1508.04025">Luong, Pham and Manning, 2015.</seealso>
public sealed class RecurrentEncoderDecoder : EncoderDecoder
{
    private readonly float _dropout;
    private readonly StepInput _source;
    private readonly StepInput _target;
    private readonly RecurrentEncoder _encoder;
    private readonly RecurrentState[] _states;

    /// <summary>Makes a model with random weights.</summary>
    /// <exception cref="ArgumentException">Options do not fit together.</exception>
    public RecurrentEncoderDecoder(RecurrentOptions options)
        : base(options)
    {
        _dropout = options.Dropout;
        (_source, _target, Output) = SideLayers.Create(Parameters, options, options.EmbeddingSize, options.HiddenSize, scale: 1);
        _encoder = new RecurrentEncoder(Parameters, options);
        Decoder = new RecurrentDecoder(Parameters, options);
        _states = new RecurrentState[options.Layers];
    }

    /// <inheritdoc/>
    public override RowOrder RowOrder => RowOrder.TimeMajor;

    internal RecurrentDecoder Decoder { get; }

    internal int LayerCount => _states.Length;

    /// <inheritdoc/>
    public override Variable Forward(Tape tape, SequenceBatch source, SequenceBatch decoderInput)
    {
        Variable encoded = Encode(tape, source, _states);
        Variable? keys = Decoder.Attention?.ProjectMemory(tape, encoded);
        EncoderMemory memory = new(encoded, GridOf(source), source.Lengths);
        return Decoder.Apply(tape, EmbedTarget(tape, decoderInput), GridOf(decoderInput), _states, memory, keys);
    }

    /// <inheritdoc/>
    public override DecoderState BeginDecoding(Tape tape, SequenceBatch source, int maxLength)
        => new RecurrentDecoderState(this, tape, source);

    internal Variable Encode(Tape tape, SequenceBatch source, Span<RecurrentState> first)
        => _encoder.Apply(tape, Embed(tape, _source, source), source.Lengths, first);

    internal Variable EmbedTarget(Tape tape, SequenceBatch input) => Embed(tape, _target, input);

    private Variable Embed(Tape tape, StepInput input, SequenceBatch batch)
        => DropoutOperation.Apply(tape, input.Apply(tape, batch, GridOf(batch)), _dropout);

    private static RowGrid GridOf(SequenceBatch batch) => new(RowOrder.TimeMajor, batch.Count, batch.MaxLength);
}
