using System;
using System.Text.Json.Serialization;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>What all encoder-decoders have in common. Immutable.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TransformerOptions), "transformer")]
[JsonDerivedType(typeof(RecurrentOptions), "recurrent")]
public abstract record EncoderDecoderOptions
{
    /// <summary>What the encoder reads.</summary>
    public StepForm Source { get; init; } = new();

    /// <summary>What the decoder writes.</summary>
    public StepForm Target { get; init; } = new();

    /// <summary>Which tables are shared.</summary>
    public EmbeddingTying Tying { get; init; } = EmbeddingTying.TargetAndOutput;

    /// <summary>The part of the values that training drops at random, in [0, 1).</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>What initial weights are drawn from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Makes a model of this kind with random weights.</summary>
    /// <exception cref="ArgumentException">Options do not fit together; one sentence.</exception>
    public abstract EncoderDecoder Create();

    /// <exception cref="ArgumentException">Options do not fit together; one sentence.</exception>
    internal virtual void Check()
    {
        Source.Check("source");
        Target.Check("target");
        if (Dropout is not (>= 0 and < 1))
        {
            throw new ArgumentException($"Dropout is {Dropout}, it has to be in [0, 1).");
        }

        if (Tying == EmbeddingTying.All && Source.VocabularySize != Target.VocabularySize)
        {
            throw new ArgumentException(
                $"Tying All shares one table, but the source has {Source.VocabularySize} tokens and the target {Target.VocabularySize}.");
        }
    }
}
