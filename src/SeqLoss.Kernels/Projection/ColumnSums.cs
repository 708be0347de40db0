using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>The sums of the columns of a matrix, such as the gradient of a bias.</summary>
/// <remarks>Rows are summed by themselves before they are added to what is there: sums of thousands of tokens keep their digits.</remarks>
internal sealed class ColumnSums : IWork
{
    private const int ColumnsPerChunk = 128;
    private const int RowsAhead = 16;

    private NumberBuffer _rows;
    private NumberBuffer _sums;
    private int _rowCount;
    private int _columnCount;
    private bool _adds;

    public int ChunkCount => (int)(((long)_columnCount + ColumnsPerChunk - 1) / ColumnsPerChunk);

    /// <summary>Writes or adds the sums of the columns.</summary>
    public void Run(NumberBuffer rows, int rowCount, int columnCount, NumberBuffer sums, bool adds, int threads)
    {
        (_rows, _rowCount, _columnCount, _sums, _adds) = (rows, rowCount, columnCount, sums, adds);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        int first = chunk * ColumnsPerChunk;
        int count = Math.Min(ColumnsPerChunk, _columnCount - first);
        Span<float> sums = WorkerBuffers<float>.OfThread.Get(ScratchSlot.Sum, count);
        sums.Clear();
        for (int row = 0; row < _rowCount; row++)
        {
            if (row + RowsAhead < _rowCount)
            {
                Prefetch.Far(ref _rows.View<float>(((row + RowsAhead) * (long)_columnCount) + first, 1)[0], 0, count);
            }

            TensorPrimitives.Add(sums, _rows.View<float>(((long)row * _columnCount) + first, count), sums);
        }

        Span<float> destination = _sums.View<float>(first, count);
        if (_adds)
        {
            TensorPrimitives.Add(destination, sums, destination);
        }
        else
        {
            sums.CopyTo(destination);
        }
    }
}
