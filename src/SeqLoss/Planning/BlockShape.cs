namespace SeqLoss.Planning;

/// <summary>Checks that a block is a part of a whole.</summary>
internal static class BlockShape
{
    /// <summary>A block has the axes of the whole but for the outermost, or is rows <c>[n, last axis]</c> of it.</summary>
    public static void Check(TensorShape whole, TensorShape block, bool isRowBlock, string name)
    {
        bool isSlice = block.Rank == whole.Rank && (block.Rank < 2 || block.Length1 == whole.Length1) && (block.Rank < 3 || block.Length2 == whole.Length2);
        bool areRows = isRowBlock && block.Rank == 2 && block.Length1 == whole[whole.Rank - 1];
        if (!isSlice && !areRows)
        {
            throw new LossInputException($"a block of shape {block} is not a part of {name} of shape {whole}: blocks follow each other along the outermost axis.");
        }
    }
}
