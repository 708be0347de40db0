namespace SeqLoss.Cli.Loss;

/// <summary>The losses of <c>--kind</c>.</summary>
internal enum LossKind
{
    CrossEntropy,
    SquaredError,
    AbsoluteError,
    Huber,
}
