using System;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>How a product may be cut into tiles.</summary>
/// <param name="MostRows">The rows of the largest tile, a multiple of <paramref name="RowGroup"/>.</param>
/// <param name="MostColumns">Its columns.</param>
/// <param name="RowGroup">The rows that are computed together: all tiles but the last have a whole number of them.</param>
/// <param name="LeastRows">The fewest rows that tiles are cut to where there are few tiles.</param>
/// <param name="LeastColumns">The fewest columns, likewise.</param>
/// <param name="FewestTiles">The tiles that are wanted if there is work for them.</param>
internal readonly record struct TileLimits(
    int MostRows, int MostColumns, int RowGroup, int LeastRows, int LeastColumns, int FewestTiles)
{
    private const int TilesPerThread = 2;

    /// <summary>For a product that one thread computes, which shares nothing with other tiles: A is packed once for more columns.</summary>
    public static TileLimits OfPart => new(264, 512, LeftPanel.MostRows, int.MaxValue, int.MaxValue, 1);

    /// <summary>
    /// For a native library, whose bits depend on the tile, so that the shape alone decides. It is slow for narrow tiles: a small result
    /// is cut for few threads.
    /// </summary>
    public static TileLimits OfLibrary => new(512, 512, 32, 128, 128, 4);

    /// <summary>
    /// For the managed kernels, whose bits do not depend on the tile: each float of A and B that it loads is multiplied 256 times, and
    /// fewer tiles copy less of A.
    /// </summary>
    public static TileLimits OfThreads(int threads)
        => threads == 1 ? OfPart : OfPart with
        {
            MostColumns = 256,
            LeastColumns = RightMatrix.SliverWidth,
            FewestTiles = TilesPerThread * Math.Min(threads, WorkPool.MostThreads),
        };
}
