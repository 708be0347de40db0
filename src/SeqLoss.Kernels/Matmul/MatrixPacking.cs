using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Packs the right operand of products once, for all products with it.</summary>
/// <remarks>One object per workspace, used again for each matrix; no allocation.</remarks>
internal sealed class MatrixPacking : IWork
{
    private const int ColumnsPerChunk = 256;

    private RightMatrix _matrix;
    private int _rowCount;
    private int _columnCount;

    public int ChunkCount => BlockCount * ColumnChunkCount;

    private int BlockCount => Chunks(_rowCount, RightMatrix.BlockDepth);

    private int ColumnChunkCount => Chunks(_columnCount, ColumnsPerChunk);

    /// <summary>Packs B[rows, columns].</summary>
    /// <param name="source">B; its memory has to stay and not to change while the packed matrix is used.</param>
    /// <param name="rowCount">K.</param>
    /// <param name="columnCount">N.</param>
    /// <param name="storage">Room for <see cref="RightMatrix.PackedLength"/> floats, the caller's.</param>
    /// <param name="threads">The most threads to use.</param>
    public RightMatrix Pack(Matrix source, int rowCount, int columnCount, NumberBuffer storage, int threads)
    {
        _matrix = new RightMatrix(source, storage, rowCount, columnCount);
        (_rowCount, _columnCount) = (rowCount, columnCount);
        WorkPool.Run(this, threads);
        return _matrix;
    }

    public void Run(int chunk)
    {
        int row = chunk / ColumnChunkCount * RightMatrix.BlockDepth;
        int column = chunk % ColumnChunkCount * ColumnsPerChunk;
        int depth = Math.Min(RightMatrix.BlockDepth, _rowCount - row);
        int columns = Math.Min(ColumnsPerChunk, _columnCount - column);
        (NumberBuffer slivers, nint stride) = _matrix.PackedBlock(row, column);
        Span<float> destination = slivers.View<float>(0, Chunks(columns, RightMatrix.SliverWidth) * (int)stride);
        Span<float> scratch = TileScratch.OfThread(panelCount: 0, rowCount: 0, columns, packedColumns: 0).Wide;
        Matrix source = _matrix.Source.From(row, column);
        RightSlivers.Pack(source, depth, columns, destination, scratch);
    }

    private static int Chunks(int length, int step) => (int)(((long)length + step - 1) / step);
}
