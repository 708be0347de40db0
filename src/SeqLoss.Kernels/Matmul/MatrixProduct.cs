using System;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Products of matrices: C = β·C + bias + α·rowScale·(A·B), by the library of the process or a given one.</summary>
/// <remarks>
/// One object per workspace, used again for each product; no allocation after the first. One product at a time. The result has the
/// same bits for any number of threads; computed by the managed kernels, also for any part of it that is computed alone.
/// </remarks>
internal sealed class MatrixProduct : IWork
{
    private readonly OneDnn? _native;
    private ProductTask _task;
    private ProductPartition _partition;
    private bool _isNative;

    /// <exception cref="InvalidOperationException">The library asked for is not there; a sentence.</exception>
    public MatrixProduct()
        : this(ProductLibraryChoice.OfProcess)
    {
    }

    /// <param name="library">The library; where it is not there, the managed kernels.</param>
    public MatrixProduct(ProductLibrary library)
    {
        _native = library == ProductLibrary.OneDnn ? OneDnn.Instance : null;
        Panels = _native?.Panels is { } panels ? new PanelProduct(panels) : null;
    }

    public int ChunkCount => _partition.TileCount;

    /// <summary>Whether a packed right operand saves work; a native library reads it as it is stored.</summary>
    /// <param name="operands">What both operands are.</param>
    public bool ReadsPacked(ElementType operands) => _native is null || !_native.Multiplies(operands, operands);

    /// <summary>What computes BF16 products on packed panels; null where no library can.</summary>
    public PanelProduct? Panels { get; }

    /// <summary>Computes one product.</summary>
    /// <param name="task">The product.</param>
    /// <param name="threads">The most threads to use; inside a chunk of other work 1.</param>
    public void Run(in ProductTask task, int threads)
    {
        if (task.Rows == 0 || task.Columns == 0)
        {
            return;
        }

        _task = task;
        _isNative = task.EffectiveDepth > 0
            && _native?.Multiplies(task.Left.Elements.Type, task.Right.Source.Elements.Type) == true;
        TileLimits limits = task.IsPart ? TileLimits.OfPart
            : _isNative ? TileLimits.OfLibrary
            : TileLimits.OfThreads(threads);
        _partition = new ProductPartition(task.Rows, task.Columns, task.EffectiveDepth, limits);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        (int row, int column) = _partition[chunk];
        int rows = Math.Min(_partition.RowsPerTile, _task.Rows - row);
        int columns = Math.Min(_partition.ColumnsPerTile, _task.Columns - column);
        if (_isNative)
        {
            NativeTile.Run(_native!, _task, row, rows, column, columns);
            return;
        }

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
