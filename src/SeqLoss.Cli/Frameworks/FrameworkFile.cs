namespace SeqLoss.Cli.Frameworks;

/// <summary>What an array of a framework's loss is given by.</summary>
internal enum FrameworkFile
{
    Scores,
    Targets,
    Weights,
    Mask,
    ClassWeights,
}
