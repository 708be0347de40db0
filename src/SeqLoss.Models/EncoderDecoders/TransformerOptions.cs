using System;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The size and kind of a Transformer. Immutable.</summary>
public sealed record TransformerOptions : EncoderDecoderOptions
{
    /// <summary>The layers of the encoder.</summary>
    public int EncoderLayers { get; init; } = 3;

    /// <summary>The layers of the decoder.</summary>
    public int DecoderLayers { get; init; } = 3;

    /// <summary>The features D of a position.</summary>
    public int ModelDimension { get; init; } = 256;

    /// <summary>The features between the two maps of a feed-forward layer.</summary>
    public int FeedForwardDimension { get; init; } = 1024;

    /// <summary>The attention heads; they divide D.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Whether norms are before sublayers, with one more after each stack, or after each residual sum.</summary>
    public bool NormFirst { get; init; } = true;

    /// <summary>The positions that are learned; 0: sinusoidal positions, for any length.</summary>
    public int LearnedPositions { get; init; }

    /// <inheritdoc/>
    public override EncoderDecoder Create() => new TransformerEncoderDecoder(this);

    internal override void Check()
    {
        base.Check();
        if (EncoderLayers < 1 || DecoderLayers < 1 || ModelDimension < 1 || FeedForwardDimension < 1 || LearnedPositions < 0)
        {
            throw new ArgumentException(
                $"A Transformer of {EncoderLayers} + {DecoderLayers} layers, {ModelDimension} and {FeedForwardDimension} features: "
                + "all of them have to be at least 1.");
        }

        if (Heads < 1 || ModelDimension % Heads != 0)
        {
            throw new ArgumentException($"{Heads} heads do not divide {ModelDimension} features.");
        }
    }
}
