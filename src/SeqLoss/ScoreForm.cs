namespace SeqLoss;

/// <summary>What scores are: the three doors of cross-entropy as a value, for callers that choose at run time.</summary>
public enum ScoreForm
{
    /// <summary>Unnormalised log-probabilities: <see cref="CrossEntropy.FromLogits"/>.</summary>
    Logits,

    /// <summary>ln p: <see cref="CrossEntropy.FromLogProbs"/>.</summary>
    LogProbabilities,

    /// <summary>p: <see cref="CrossEntropy.FromProbabilities"/>.</summary>
    Probabilities,
}
