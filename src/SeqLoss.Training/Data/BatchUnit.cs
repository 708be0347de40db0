namespace SeqLoss.Training.Data;

/// <summary>What the size of a batch counts.</summary>
public enum BatchUnit
{
    /// <summary>Steps of the larger side, padding included: pairs × the longest sequence.</summary>
    Tokens,

    /// <summary>Pairs.</summary>
    Sequences,
}
