using System;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The cut of a product's result into tiles, one for each chunk of work.</summary>
internal readonly record struct ProductPartition
{
    private const long LeastWork = 1 << 20;

    private readonly int _rowTiles;

    /// <summary>Cuts a product.</summary>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="depth">The terms of each sum.</param>
    /// <param name="limits">How it may be cut.</param>
    public ProductPartition(int rows, int columns, int depth, in TileLimits limits)
    {
        int rowTiles = Tiles(rows, limits.MostRows), columnTiles = Tiles(columns, limits.MostColumns);

        // A small result leaves few tiles for many threads: its longer side that may be is cut until a tile is worth little more.
        while (rowTiles * columnTiles < limits.FewestTiles)
        {
            int tileRows = rows / rowTiles, tileColumns = columns / columnTiles;
            if ((long)tileRows * tileColumns / 2 * depth < LeastWork)
            {
                break;
            }

            if (tileColumns / 2 >= limits.LeastColumns && (tileColumns >= tileRows || tileRows / 2 < limits.LeastRows))
            {
                columnTiles *= 2;
            }
            else if (tileRows / 2 >= limits.LeastRows)
            {
                rowTiles *= 2;
            }
            else
            {
                break;
            }
        }

        RowsPerTile = PerTile(rows, rowTiles, limits.RowGroup);
        ColumnsPerTile = PerTile(columns, columnTiles, RightMatrix.SliverWidth);
        _rowTiles = Count(rows, RowsPerTile);
        TileCount = checked(_rowTiles * Count(columns, ColumnsPerTile));
    }

    public int RowsPerTile { get; }

    public int ColumnsPerTile { get; }

    public int TileCount { get; }

    /// <summary>The first row and column of a tile.</summary>
    public (int Row, int Column) this[int tile] => (tile % _rowTiles * RowsPerTile, tile / _rowTiles * ColumnsPerTile);

    private static int Tiles(int length, int most) => Math.Max(1, Count(length, most));

    private static int Count(int length, int step) => (int)(((long)length + step - 1) / step);

    private static int PerTile(int length, int tiles, int multiple)
        => (int)Math.Max(multiple, (((long)length + tiles - 1) / tiles + multiple - 1) / multiple * multiple);
}
