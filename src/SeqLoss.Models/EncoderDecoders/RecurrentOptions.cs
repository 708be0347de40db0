using System;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>The size and kind of a recurrent encoder-decoder. Immutable.</summary>
public sealed record RecurrentOptions : EncoderDecoderOptions
{
    /// <summary>What layers compute at each step.</summary>
    public CellKind Cell { get; init; } = CellKind.Lstm;

    /// <summary>The layers of the encoder, and of the decoder.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>The features of an embedded step.</summary>
    public int EmbeddingSize { get; init; } = 256;

    /// <summary>The units H of a layer, in each direction.</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>Whether the encoder reads sources from both ends.</summary>
    public bool IsBidirectional { get; init; } = true;

    /// <summary>How the decoder reads the encoder's output.</summary>
    public AttentionKind Attention { get; init; } = AttentionKind.General;

    /// <summary>The units of <see cref="AttentionKind.Additive"/> attention.</summary>
    public int AttentionSize { get; init; } = 256;

    /// <summary>Whether a step of the decoder reads what attention gave at the step before.</summary>
    public bool HasInputFeeding { get; init; }

    /// <summary>The features of the encoder's output.</summary>
    internal int MemorySize => IsBidirectional ? 2 * HiddenSize : HiddenSize;

    /// <inheritdoc/>
    public override EncoderDecoder Create() => new RecurrentEncoderDecoder(this);

    internal override void Check()
    {
        base.Check();
        if (Layers < 1 || EmbeddingSize < 1 || HiddenSize < 1 || AttentionSize < 1)
        {
            throw new ArgumentException(
                $"A recurrent model of {Layers} layers, {EmbeddingSize} embedded features, {HiddenSize} units and {AttentionSize} units "
                + "of attention: all of them have to be at least 1.");
        }

        if (Attention == AttentionKind.Dot && IsBidirectional)
        {
            throw new ArgumentException(
                $"Dot attention needs a state and a memory of one size, but a bidirectional encoder gives {MemorySize} features for "
                + $"{HiddenSize} units; use general attention or one direction.");
        }

        if (HasInputFeeding && Attention == AttentionKind.None)
        {
            throw new ArgumentException("Input feeding feeds what attention gave, but there is no attention; choose one or switch it off.");
        }
    }
}
