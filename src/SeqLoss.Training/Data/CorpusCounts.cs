namespace SeqLoss.Training.Data;

/// <summary>What became of the pairs that a corpus was made of.</summary>
/// <param name="Read">All pairs.</param>
/// <param name="Dropped">Those left out because a sequence was too long.</param>
/// <param name="Truncated">Those kept with a sequence cut short.</param>
/// <param name="Empty">Those kept of which a side is empty: its end is its only token.</param>
/// <param name="UnknownSourceTokens">Source tokens of the kept pairs that the vocabulary does not hold.</param>
/// <param name="UnknownTargetTokens">Target tokens of the kept pairs that the vocabulary does not hold.</param>
public sealed record CorpusCounts(
    int Read, int Dropped, int Truncated, int Empty, long UnknownSourceTokens, long UnknownTargetTokens);
