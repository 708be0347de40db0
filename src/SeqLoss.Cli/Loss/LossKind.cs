namespace SeqLoss.Cli.Loss;

/// <summary>The losses of <c>--kind</c>.</summary>
internal enum LossKind
{
    CrossEntropy,
    SquaredError,
    AbsoluteError,
    Huber,
}

/// <summary>The doors of <c>--scores-are</c>.</summary>
internal enum ScoreMeaning
{
    Logits,
    LogProbabilities,
    Probabilities,
}
