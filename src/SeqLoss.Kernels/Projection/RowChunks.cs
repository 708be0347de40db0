using System;
using SeqLoss.Kernels.Matmul;

namespace SeqLoss.Kernels.Projection;

/// <summary>The cut of the counted tokens into chunks whose logits exist at the same time; the shape alone decides.</summary>
/// <remarks>
/// A row takes 4·V + 40·D bytes: its logits, which become their gradient in place, its hidden state, once as it is and once packed, and
/// <see cref="GradientBlocks.PartitionCount"/> sums of the gradient of that. <see cref="FixedBytes"/> of the budget are left for the
/// threads' tiles and the tokens.
/// </remarks>
internal readonly record struct RowChunks
{
    /// <summary>The part of the budget that is not rows.</summary>
    public const long FixedBytes = 4 << 20;

    private const int RowGroup = 4;

    public RowChunks(int tokenCount, int classCount, int depth, long workspaceBytes)
    {
        long perRow = sizeof(float) * (classCount + ((2L + GradientBlocks.PartitionCount) * depth));
        long most = Math.Clamp((workspaceBytes - FixedBytes) / perRow, 1, Array.MaxLength / depth);
        most = most > LeftPanel.MostRows ? most / LeftPanel.MostRows * LeftPanel.MostRows : most;

        // Chunks of one size, for a short last one would read the vocabulary for few rows; in whole groups of rows, so that no panel of a
        // product ends in single ones.
        long count = Math.Max(1, (tokenCount + most - 1) / most);
        long rows = Math.Max(1, (tokenCount + count - 1) / count);
        MostRows = (int)Math.Min(most, (rows + RowGroup - 1) / RowGroup * RowGroup);
    }

    /// <summary>The rows of a chunk; the last may have fewer.</summary>
    public int MostRows { get; }
}
