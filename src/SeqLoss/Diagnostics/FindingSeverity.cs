namespace SeqLoss.Diagnostics;

/// <summary>How sure it is that something is wrong.</summary>
public enum FindingSeverity
{
    /// <summary>The loss is right; something costs time or memory.</summary>
    Note,

    /// <summary>Something is odd, and may be meant.</summary>
    Warning,

    /// <summary>Something is wrong: the loss is not the one that is meant, or there is none.</summary>
    Error,
}
