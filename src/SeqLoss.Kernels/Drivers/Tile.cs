using System;
using System.Numerics;

namespace SeqLoss.Kernels.Drivers;

/// <summary>Scores of some classes (rows) of tokens beside each other (columns); the columns fill whole registers.</summary>
internal readonly ref struct Tile<T>(ReadOnlySpan<T> values, int stride, int rowCount, int columnCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The columns of a tile are a multiple of every lane count.</summary>
    public const int ColumnAlignment = 16;

    public readonly ReadOnlySpan<T> Values = values;

    /// <summary>Elements from one row to the next.</summary>
    public readonly int Stride = stride;

    public readonly int RowCount = rowCount;

    public readonly int ColumnCount = columnCount;

    public bool IsEmpty => Values.IsEmpty;

    /// <summary>Some of the rows.</summary>
    public Tile<T> Rows(int start, int end)
        => IsEmpty ? default : new(start == end ? [] : Values[(start * Stride)..], Stride, end - start, ColumnCount);
}
