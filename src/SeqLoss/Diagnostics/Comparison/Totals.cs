namespace SeqLoss.Diagnostics.Comparison;

/// <summary>All that a convention's number can be made of, from one pass over the scores.</summary>
/// <param name="Sum">The weighted sum, and what was counted.</param>
/// <param name="MeanPerExample">The mean of the sequences' means.</param>
internal readonly record struct Totals(LossSum Sum, double MeanPerExample);
