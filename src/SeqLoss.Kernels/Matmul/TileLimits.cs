namespace SeqLoss.Kernels.Matmul;

/// <summary>How a product may be cut into tiles.</summary>
/// <param name="MostRows">The rows of the largest tile.</param>
/// <param name="MostColumns">Its columns.</param>
/// <param name="LeastRows">The fewest rows that tiles are cut to where there are few tiles.</param>
/// <param name="LeastColumns">The fewest columns, likewise.</param>
/// <param name="FewestTiles">The tiles that are wanted if there is work for them.</param>
internal readonly record struct TileLimits(int MostRows, int MostColumns, int LeastRows, int LeastColumns, int FewestTiles)
{
    private const int TilesPerThread = 2;

    /// <summary>For a product that one thread computes: nothing is shared with other tiles, so that A is packed once for more columns.</summary>
    public static TileLimits OfPart => new(264, 512, int.MaxValue, int.MaxValue, 1);

    /// <summary>For a native library, whose bits depend on the tile, so that the shape alone decides; it is slow for narrow tiles.</summary>
    public static TileLimits OfLibrary => new(512, 512, 128, 128, 4);

    /// <summary>
    /// For the managed kernels, whose bits do not depend on the tile: each float of A and B that it loads is multiplied 256 times, and
    /// fewer tiles copy less of A.
    /// </summary>
    public static TileLimits OfThreads(int threads)
        => threads == 1 ? OfPart : new(264, 256, int.MaxValue, RightMatrix.SliverWidth, TilesPerThread * threads);
}
