using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Projection;

/// <summary>Where the gradients of a projection go, float32; each may be none.</summary>
/// <param name="Hidden">Shaped as the hidden states, whose memory it may be.</param>
/// <param name="Vocabulary">Shaped as the vocabulary.</param>
/// <param name="Bias">Shaped as the bias.</param>
/// <param name="Accumulates">Whether what the gradients of vocabulary and bias hold is added to.</param>
internal readonly record struct GradientBuffers(NumberBuffer Hidden, NumberBuffer Vocabulary, NumberBuffer Bias, bool Accumulates)
{
    /// <summary>Whether any is wanted.</summary>
    public bool AreWanted => !(Hidden.IsNull && Vocabulary.IsNull && Bias.IsNull);
}
