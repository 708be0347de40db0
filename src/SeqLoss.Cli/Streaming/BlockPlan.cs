using System;
using System.Collections.Generic;

namespace SeqLoss.Cli.Streaming;

/// <summary>A part of an array: elements that follow each other, and their shape.</summary>
/// <param name="First">The position of the first element, in C order.</param>
/// <param name="Length">The number of elements.</param>
/// <param name="Shape">Their shape.</param>
internal readonly record struct Block(long First, long Length, nint[] Shape);

/// <summary>Cuts an array along its outermost axes into blocks that fit into memory.</summary>
internal sealed class BlockPlan
{
    /// <summary>The size of a block: long enough that starting threads and files costs nothing, small against any memory.</summary>
    internal const long DefaultBytes = 64 << 20;

    private const int BytesPerElement = sizeof(float);

    private readonly nint[] unitShape;
    private readonly long unitLength;
    private readonly long unitCount;
    private readonly long unitsPerBlock;

    /// <summary>Plans blocks.</summary>
    /// <param name="shape">The shape of the array.</param>
    /// <param name="unitRank">The number of axes, counted from the innermost, that stay whole.</param>
    /// <param name="blockBytes">The size of a block of float32 to aim at; one unit at least.</param>
    internal BlockPlan(ReadOnlySpan<long> shape, int unitRank, long blockBytes)
    {
        unitCount = Product(shape[..^unitRank]);
        unitLength = Product(shape[^unitRank..]);
        unitShape = Array.ConvertAll(shape[^unitRank..].ToArray(), size => (nint)size);
        long units = unitLength == 0 ? 1 : blockBytes / BytesPerElement / unitLength;
        unitsPerBlock = Math.Clamp(units, 1, Math.Max(1, unitCount));
    }

    /// <summary>The number of elements of the array.</summary>
    internal long Length => unitCount * unitLength;

    /// <summary>The number of elements of the longest block.</summary>
    internal long LongestBlock => Length == 0 ? 0 : unitsPerBlock * unitLength;

    /// <summary>The blocks in order; none where there are no elements.</summary>
    internal IEnumerable<Block> Blocks()
    {
        for (long unit = 0; unit < unitCount && unitLength > 0; unit += unitsPerBlock)
        {
            long units = Math.Min(unitsPerBlock, unitCount - unit);
            yield return new Block(unit * unitLength, units * unitLength, [(nint)units, .. unitShape]);
        }
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return product;
    }
}
