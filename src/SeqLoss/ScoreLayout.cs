namespace SeqLoss;

/// <summary>The axis order of scores with a class axis. Never inferred: V = T must not pass by luck.</summary>
/// <remarks>
/// B sequences, T time steps, V classes, N rows. Targets, masks, weights and the unreduced loss have the same order without the
/// class axis; distributions and gradients have exactly the order of the scores.
/// </remarks>
public enum ScoreLayout
{
    /// <summary>Batch, time, class: <c>[B, T, V]</c>.</summary>
    Btv,

    /// <summary>Time, batch, class: <c>[T, B, V]</c>, time-major.</summary>
    Tbv,

    /// <summary>Batch, class, time: <c>[B, V, T]</c>, the class axis second, as PyTorch's <c>cross_entropy</c> takes it.</summary>
    Bvt,

    /// <summary>Rows: <c>[N, V]</c>; each row is an example of one step (B = N, T = 1).</summary>
    Nv,
}
