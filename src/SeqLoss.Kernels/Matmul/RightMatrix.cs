using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>B of a product: an operand as it is stored, with its packed form where that was made before.</summary>
/// <remarks>
/// The packed form is one sliver of <see cref="SliverWidth"/> columns after another, for each block of <see cref="BlockDepth"/> rows;
/// columns beyond the last are 0. It is the same for every lane width. <see cref="MatrixPacking"/> makes it; that of a native library,
/// <see cref="Panels"/>, <see cref="PanelProduct"/>. What <see cref="Source"/> points to has to stay: a native library computes on it.
/// </remarks>
/// <param name="Source">The operand.</param>
internal readonly record struct RightMatrix(Matrix Source)
{
    /// <summary>The columns of a sliver: two of the widest registers.</summary>
    public const int SliverWidth = 32;

    /// <summary>The rows of a block: a sliver of it streams from the second-level cache beside a panel of A in the first.</summary>
    public const int BlockDepth = 256;

    private readonly NumberBuffer _packed;
    private readonly int _rowCount;
    private readonly int _columnCount;
    private readonly int _firstRow;
    private readonly int _firstColumn;

    /// <summary>The operand with its packed form.</summary>
    public RightMatrix(Matrix source, NumberBuffer packed, int rowCount, int columnCount)
        : this(source)
        => (_packed, _rowCount, _columnCount) = (packed, rowCount, columnCount);

    public static implicit operator RightMatrix(Matrix source) => new(source);

    /// <summary>The operand as a native library packed it; none where it did not.</summary>
    public OperandPanels Panels { get; init; }

    public bool HasPanels => !Panels.Memory.IsNull;

    public bool IsPacked => !_packed.IsNull;

    /// <summary>Whether a product can only read it packed: the tiles that do not find it so pack it.</summary>
    public bool IsPackedByTiles => !IsPacked && (Source.IsTransposed || !Source.Elements.Holds<float>());

    /// <summary>The floats of the packed form of B[rows, columns].</summary>
    public static long PackedLength(int rowCount, int columnCount) => rowCount * PaddedWidth(columnCount);

    /// <summary>The matrix from a row and a column on, without panels.</summary>
    /// <param name="row">A multiple of <see cref="BlockDepth"/> where the matrix is packed.</param>
    /// <param name="column">A multiple of <see cref="SliverWidth"/> where the matrix is packed.</param>
    public RightMatrix From(int row, int column)
    {
        Matrix source = Source.From(row, column);
        if (!IsPacked)
        {
            return source;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(row % BlockDepth, 0, nameof(row));
        ArgumentOutOfRangeException.ThrowIfNotEqual(column % SliverWidth, 0, nameof(column));
        return new(source, _packed, _rowCount, _columnCount, _firstRow + row, _firstColumn + column);
    }

    /// <summary>The packed slivers of one block, and the floats from one of them to the next.</summary>
    /// <param name="row">The block's first row, a multiple of <see cref="BlockDepth"/>.</param>
    /// <param name="column">The first sliver's first column, a multiple of <see cref="SliverWidth"/>.</param>
    public (NumberBuffer Slivers, nint Stride) PackedBlock(int row, int column)
    {
        int depth = Math.Min(BlockDepth, _rowCount - _firstRow - row);
        long offset = ((_firstRow + row) * PaddedWidth(_columnCount)) + ((_firstColumn + column) * (long)depth);
        return (_packed.From(offset), (nint)depth * SliverWidth);
    }

    private RightMatrix(Matrix source, NumberBuffer packed, int rowCount, int columnCount, int firstRow, int firstColumn)
        : this(source, packed, rowCount, columnCount)
        => (_firstRow, _firstColumn) = (firstRow, firstColumn);

    private static long PaddedWidth(int columnCount) => (columnCount + SliverWidth - 1L) / SliverWidth * SliverWidth;
}
