namespace SeqLoss.Training.Optimizers;

/// <summary>Which rule changes the parameters.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.Adam"/>.</summary>
    Adam,

    /// <summary><see cref="Optimizers.AdamW"/>.</summary>
    AdamW,

    /// <summary><see cref="Optimizers.Sgd"/>.</summary>
    Sgd,
}
