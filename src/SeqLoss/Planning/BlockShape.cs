namespace SeqLoss.Planning;

/// <summary>Checks that a block is a part of a whole.</summary>
internal static class BlockShape
{
    /// <summary>A block has the axes of the whole but for the outermost, or is rows of it where those may be cut anywhere.</summary>
    /// <param name="whole">The shape of the whole.</param>
    /// <param name="block">The shape of the block.</param>
    /// <param name="row">The shape of one token's values, <c>[V]</c>, <c>[D]</c> or rank 0; <see langword="null"/> for whole sequences only.</param>
    /// <param name="name">What they are called.</param>
    public static void Check(TensorShape whole, TensorShape block, TensorShape? row, string name)
    {
        bool isSlice = block.Rank == whole.Rank
            && (block.Rank < 2 || block.Length1 == whole.Length1)
            && (block.Rank < 3 || block.Length2 == whole.Length2);
        bool areRows = row is { } one && block.Rank == one.Rank + 1 && (one.Rank == 0 || block.Length1 == one.Length0);
        if (!isSlice && !areRows)
        {
            throw new LossInputException(
                $"a block of shape {block} is not a part of {name} of shape {whole}: blocks follow each other along the outermost axis.");
        }
    }
}
