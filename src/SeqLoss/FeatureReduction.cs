namespace SeqLoss;

/// <summary>What the errors of the features of one time step become.</summary>
public enum FeatureReduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}
