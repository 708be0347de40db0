using SeqLoss.Training.Data;

namespace SeqLoss.Training.Runs;

/// <summary>How a corpus is divided into batches. Immutable.</summary>
internal sealed record BatchOptions
{
    /// <summary>What <see cref="Size"/> counts.</summary>
    public BatchUnit Unit { get; init; } = BatchUnit.Tokens;

    /// <summary>The most that a batch holds, at least 1.</summary>
    public int Size { get; init; } = 4096;
}
