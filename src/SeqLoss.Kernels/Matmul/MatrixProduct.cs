using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Products of matrices on all threads: C = β·C + bias + α·rowScale·(A·B).</summary>
/// <remarks>One object per workspace, used again for each product; no allocation. One product at a time.</remarks>
internal sealed class MatrixProduct : IWork
{
    private ProductTask _task;
    private ProductPartition _partition;

    public int ChunkCount => _partition.TileCount;

    /// <summary>Computes one product.</summary>
    /// <param name="task">The product.</param>
    /// <param name="threads">The most threads to use.</param>
    public void Run(in ProductTask task, int threads)
    {
        if (task.Rows == 0 || task.Columns == 0)
        {
            return;
        }

        _task = task;
        _partition = new ProductPartition(task.Rows, task.Columns, task.EffectiveDepth);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        (int row, int column) = _partition[chunk];
        int rows = System.Math.Min(_partition.RowsPerTile, _task.Rows - row);
        int columns = System.Math.Min(_partition.ColumnsPerTile, _task.Columns - column);
        switch (LaneWidth.OfProcessor)
        {
            case LaneWidth.Bits512:
                TileProduct<Vector512Lanes<float>>.Run(_task, row, rows, column, columns);
                break;
            case LaneWidth.Bits256:
                TileProduct<Vector256Lanes<float>>.Run(_task, row, rows, column, columns);
                break;
            case LaneWidth.Bits128:
                TileProduct<Vector128Lanes<float>>.Run(_task, row, rows, column, columns);
                break;
            default:
                TileProduct<ScalarLanes<float>>.Run(_task, row, rows, column, columns);
                break;
        }
    }
}
