namespace SeqLoss.Cli.Loss;

/// <summary>What a loss came to.</summary>
/// <param name="Sum">The sum and what it counted.</param>
/// <param name="Reduced">The reduced loss: one number, or those of an array.</param>
/// <param name="Divisor">What a scalar is divided by; NaN for arrays.</param>
/// <param name="EmptyGroups">The number of groups of the reduction in which nothing counts.</param>
/// <param name="TokenLosses">Wℓ of each position; empty if nobody asked.</param>
/// <param name="Predicted">The greatest class of each token; empty if nobody asked.</param>
internal sealed record LossResult(LossSum Sum, double[] Reduced, double Divisor, int EmptyGroups, double[] TokenLosses, int[] Predicted);
