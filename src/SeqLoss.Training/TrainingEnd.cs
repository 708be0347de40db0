namespace SeqLoss.Training;

/// <summary>Why training ended.</summary>
public enum TrainingEnd
{
    /// <summary>It was cancelled, between two steps or within a validation, and can go on.</summary>
    Cancelled,

    /// <summary>All steps are done.</summary>
    Steps,

    /// <summary>All epochs are done.</summary>
    Epochs,

    /// <summary>Validation no longer improved.</summary>
    EarlyStopping,
}
