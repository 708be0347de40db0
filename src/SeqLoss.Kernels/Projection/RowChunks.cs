using System;
using SeqLoss.Kernels.Matmul;

namespace SeqLoss.Kernels.Projection;

/// <summary>The cut of the counted tokens into chunks whose logits exist at the same time; the shape alone decides.</summary>
/// <remarks>
/// A row takes 4·V + 8·D bytes: its logits, which become their gradient in place, its hidden state and the gradient of that; with a
/// filter 4·D more for each of <see cref="FilteredGradient.PartitionCount"/> sums. <see cref="FixedBytes"/> of the budget are left
/// for the threads' tiles and the tokens.
/// </remarks>
internal readonly record struct RowChunks
{
    /// <summary>The part of the budget that is not rows.</summary>
    public const long FixedBytes = 2 << 20;

    public RowChunks(int tokenCount, int classCount, int depth, bool filters, long workspaceBytes)
    {
        long perRow = sizeof(float) * (classCount + ((filters ? 2L + FilteredGradient.PartitionCount : 2L) * depth));
        long most = Math.Clamp((workspaceBytes - FixedBytes) / perRow, 1, Array.MaxLength / depth);
        most = most > LeftPanel.MostRows ? most / LeftPanel.MostRows * LeftPanel.MostRows : most;

        // Chunks of one size: a short last one would read the vocabulary for few rows.
        long count = Math.Max(1, (tokenCount + most - 1) / most);
        long even = (tokenCount + count - 1) / count;
        MostRows = (int)Math.Min(most, (even + LeftPanel.MostRows - 1) / LeftPanel.MostRows * LeftPanel.MostRows);
    }

    /// <summary>The rows of a chunk; the last may have fewer.</summary>
    public int MostRows { get; }
}
