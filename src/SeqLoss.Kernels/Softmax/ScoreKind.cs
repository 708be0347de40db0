namespace SeqLoss.Kernels.Softmax;

/// <summary>What the scores of a row are.</summary>
internal enum ScoreKind
{
    /// <summary>Unnormalised log-probabilities.</summary>
    Logits,

    /// <summary>ln p, taken as they are.</summary>
    LogProbabilities,

    /// <summary>p, taken as they are.</summary>
    Probabilities,
}
