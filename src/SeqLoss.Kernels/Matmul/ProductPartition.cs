using System;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The cut of a product's result into tiles, one for each chunk of work.</summary>
internal readonly record struct ProductPartition
{
    /// <summary>The largest tile: each float of A and B that it loads is multiplied 256 times.</summary>
    public const int MostRows = 264;
    public const int MostColumns = 256;

    /// <summary>Nothing is shared there with other tiles, so that A is packed once for more columns.</summary>
    private const int MostColumnsOfPart = 512;

    private const long LeastWork = 1 << 20;

    private readonly int _rowTiles;

    /// <summary>Cuts a product.</summary>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="depth">The terms of each sum.</param>
    /// <param name="fewestTiles">The tiles that are wanted if there is work for them; 1 where one thread computes all of it.</param>
    public ProductPartition(int rows, int columns, int depth, int fewestTiles)
    {
        _rowTiles = Tiles(rows, MostRows);
        RowsPerTile = PerTile(rows, _rowTiles, LeftPanel.MostRows);
        int columnTiles = Tiles(columns, fewestTiles == 1 ? MostColumnsOfPart : MostColumns);

        // Few rows leave few tiles for many threads: columns are cut until a tile is worth little more than handing it out.
        while (_rowTiles * columnTiles < fewestTiles && IsWorthCutting(columns, columnTiles, depth))
        {
            columnTiles *= 2;
        }

        ColumnsPerTile = PerTile(columns, columnTiles, RightMatrix.SliverWidth);
        _rowTiles = Count(rows, RowsPerTile);
        TileCount = checked(_rowTiles * Count(columns, ColumnsPerTile));
    }

    public int RowsPerTile { get; }

    public int ColumnsPerTile { get; }

    public int TileCount { get; }

    /// <summary>The first row and column of a tile.</summary>
    public (int Row, int Column) this[int tile] => (tile % _rowTiles * RowsPerTile, tile / _rowTiles * ColumnsPerTile);

    private bool IsWorthCutting(int columns, int columnTiles, int depth)
        => columns / (2 * columnTiles) >= RightMatrix.SliverWidth
            && (long)RowsPerTile * (columns / (2 * columnTiles)) * depth >= LeastWork;

    private static int Tiles(int length, int most) => Math.Max(1, Count(length, most));

    private static int Count(int length, int step) => (int)(((long)length + step - 1) / step);

    private static int PerTile(int length, int tiles, int multiple)
        => (int)Math.Max(multiple, (((long)length + tiles - 1) / tiles + multiple - 1) / multiple * multiple);
}
