using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Layers;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The Transformer: stacks of attention and feed-forward layers.</summary>
/// <remarks>
/// As <c>torch.nn.TransformerEncoderLayer</c> and <c>TransformerDecoderLayer</c> with ReLU compute them. Tokens are embedded times √D.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017.</seealso>
public sealed class TransformerEncoderDecoder : EncoderDecoder
{
    private readonly float _dropout;
    private readonly StepInput _source;
    private readonly StepInput _target;
    private readonly Positions _positions;
    private readonly TransformerEncoderLayer[] _encoder;
    private readonly LayerNorm? _encoderNorm;
    private readonly TransformerDecoderLayer[] _decoder;
    private readonly LayerNorm? _decoderNorm;

    /// <summary>Makes a model with random weights.</summary>
    /// <exception cref="ArgumentException">Options do not fit together.</exception>
    public TransformerEncoderDecoder(TransformerOptions options)
        : base(options)
    {
        int size = options.ModelDimension;
        _dropout = options.Dropout;
        (_source, _target, Output) = SideLayers.Create(Parameters, options, size, size, MathF.Sqrt(size));
        MaxLength = options.LearnedPositions > 0 ? options.LearnedPositions : base.MaxLength;
        _positions = options.LearnedPositions > 0
            ? new Positions(Parameters, "positions", size, options.LearnedPositions)
            : new Positions("positions", size);
        _encoder = new TransformerEncoderLayer[options.EncoderLayers];
        for (int i = 0; i < _encoder.Length; i++)
        {
            _encoder[i] = new TransformerEncoderLayer(Parameters, $"encoder.layers.{i}", options);
        }

        _decoder = new TransformerDecoderLayer[options.DecoderLayers];
        for (int i = 0; i < _decoder.Length; i++)
        {
            _decoder[i] = new TransformerDecoderLayer(Parameters, $"decoder.layers.{i}", options);
        }

        if (options.NormFirst)
        {
            _encoderNorm = new LayerNorm(Parameters, "encoder.norm", size);
            _decoderNorm = new LayerNorm(Parameters, "decoder.norm", size);
        }
    }

    /// <inheritdoc/>
    public override RowOrder RowOrder => RowOrder.BatchMajor;

    /// <inheritdoc/>
    public override int MaxLength { get; }

    internal int LayerCount => _decoder.Length;

    /// <inheritdoc/>
    public override Variable Forward(Tape tape, SequenceBatch source, SequenceBatch decoderInput)
    {
        RowGrid sourceGrid = GridOf(source);
        EncoderMemory memory = new(Encode(tape, source), sourceGrid, source.Lengths);
        RowGrid grid = GridOf(decoderInput);
        Variable x = Embed(tape, _target, decoderInput, grid, firstStep: 0);
        foreach (TransformerDecoderLayer layer in _decoder)
        {
            x = layer.Apply(tape, x, grid, decoderInput.Lengths, memory);
        }

        return _decoderNorm is null ? x : _decoderNorm.Apply(tape, x);
    }

    /// <inheritdoc/>
    public override DecoderState BeginDecoding(Tape tape, SequenceBatch source, int maxLength)
        => new TransformerDecoderState(this, tape, source, maxLength);

    internal Variable Encode(Tape tape, SequenceBatch source)
    {
        RowGrid grid = GridOf(source);
        Variable x = Embed(tape, _source, source, grid, firstStep: 0);
        foreach (TransformerEncoderLayer layer in _encoder)
        {
            x = layer.Apply(tape, x, grid, source.Lengths);
        }

        return _encoderNorm is null ? x : _encoderNorm.Apply(tape, x);
    }

    internal Variable ProjectMemory(Tape tape, int layer, Variable memory) => _decoder[layer].ProjectMemory(tape, memory);

    internal Variable EmbedStep(Tape tape, SequenceBatch input, int step) => Embed(tape, _target, input, GridOf(input), step);

    internal Variable AdvanceLayer(Tape tape, int layer, Variable x, AttentionCache cache, in EncoderMemory memory)
        => _decoder[layer].Advance(tape, x, cache, memory);

    internal Variable FinishStep(Tape tape, Variable x) => _decoderNorm is null ? x : _decoderNorm.Apply(tape, x);

    private static RowGrid GridOf(SequenceBatch batch) => new(RowOrder.BatchMajor, batch.Count, batch.MaxLength);

    private Variable Embed(Tape tape, StepInput input, SequenceBatch batch, RowGrid grid, int firstStep)
        => DropoutOperation.Apply(tape, _positions.Apply(tape, input.Apply(tape, batch, grid), grid, firstStep), _dropout);
}
