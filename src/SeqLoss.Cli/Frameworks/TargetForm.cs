namespace SeqLoss.Cli.Frameworks;

/// <summary>What a framework takes the targets of a file for.</summary>
internal enum TargetForm
{
    /// <summary>Ids of an integer type.</summary>
    Ids,

    /// <summary>Ids, whole floating-point numbers too: the framework converts them.</summary>
    ConvertedIds,

    /// <summary>Distributions or values, whatever their type.</summary>
    Numbers,

    /// <summary>Distributions where they are floating-point, else ids.</summary>
    ByType,

    /// <summary>Distributions where they have as many axes as the scores, else ids.</summary>
    ByRank,
}
