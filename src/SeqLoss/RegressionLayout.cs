namespace SeqLoss;

/// <summary>The axis order of continuous sequences: B sequences, T time steps, D features, N rows.</summary>
public enum RegressionLayout
{
    /// <summary>Batch, time, feature: <c>[B, T, D]</c>.</summary>
    Btd,

    /// <summary>Time, batch, feature: <c>[T, B, D]</c>.</summary>
    Tbd,

    /// <summary>Batch, feature, time: <c>[B, D, T]</c>.</summary>
    Bdt,

    /// <summary>Rows of features: <c>[N, D]</c> (B = N, T = 1).</summary>
    Nd,

    /// <summary>Batch, time, one value a step: <c>[B, T]</c>.</summary>
    Bt,

    /// <summary>Time, batch, one value a step: <c>[T, B]</c>.</summary>
    Tb,

    /// <summary>Values: <c>[N]</c> (B = N, T = 1).</summary>
    N,
}
