namespace SeqLoss.Models.Sequences;

/// <summary>B pairs of a source and a target sequence, the unit of training.</summary>
/// <param name="source">The side that the encoder reads.</param>
/// <param name="target">The side that the decoder is taught; tokens end with <see cref="SpecialTokens.End"/>.</param>
public sealed class PairBatch(SequenceBatch source, SequenceBatch target)
{
    /// <summary>The side that the encoder reads.</summary>
    public SequenceBatch Source { get; } = source;

    /// <summary>The side that the decoder is taught; tokens end with <see cref="SpecialTokens.End"/>.</summary>
    public SequenceBatch Target { get; } = target;
}
