using System.Linq;
using SeqLoss.Cli.Streaming;
using Xunit;

namespace SeqLoss.Cli.Tests.Streaming;

public sealed class BlockPlanTests
{
    [Fact]
    public void Rows_AreNeverCut()
    {
        // 6 rows of 4 floats, 40 bytes a block: two rows.
        var plan = new BlockPlan([2, 3, 4], unitRank: 1, blockBytes: 40);
        Assert.Equal([(0L, 8L), (8L, 8L), (16L, 8L)], plan.Blocks().Select(block => (block.First, block.Length)));
        Assert.All(plan.Blocks(), block => Assert.Equal([2, 4], block.Shape));
        Assert.Equal(8, plan.LongestBlock);
    }

    [Fact]
    public void LastBlock_MayBeShorter()
    {
        var plan = new BlockPlan([5, 2, 3], unitRank: 2, blockBytes: 2 * 6 * 4);
        Assert.Equal([(0L, 12L), (12L, 12L), (24L, 6L)], plan.Blocks().Select(block => (block.First, block.Length)));
        Assert.Equal([1, 2, 3], plan.Blocks().Last().Shape);
    }

    [Fact]
    public void UnitLargerThanABlock_IsABlock() => Assert.Equal(3, new BlockPlan([3, 100], unitRank: 1, blockBytes: 1).Blocks().Count());

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    public void NoElements_AreNoBlocks(long outer, long inner)
    {
        var plan = new BlockPlan([outer, inner], unitRank: 1, blockBytes: 100);
        Assert.Empty(plan.Blocks());
        Assert.Equal(0, plan.Length);
    }

    [Fact]
    public void Positions_GoBeyond32Bits()
    {
        var plan = new BlockPlan([1L << 34, 4], unitRank: 1, blockBytes: 1L << 36);
        Assert.Equal(1L << 36, plan.Length);
        Assert.Equal((3L << 34, 1L << 34), (plan.Blocks().Last().First, plan.Blocks().Last().Length));
    }
}
