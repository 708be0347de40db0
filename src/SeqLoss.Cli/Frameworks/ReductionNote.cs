namespace SeqLoss.Cli.Frameworks;

/// <summary>What a framework's loss was reduced to.</summary>
/// <param name="Word">The framework's word: <c>mean</c>, <c>sum_over_batch_size</c>.</param>
/// <param name="Divisor">What the sum is divided by, in words; <see langword="null"/> for sums and for what is not reduced.</param>
/// <param name="Unit">The unit of the loss.</param>
internal readonly record struct ReductionNote(string Word, string? Divisor = null, string Unit = " nats");
