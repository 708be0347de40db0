using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Products of BF16 operands in packed panels: an operand is packed once, not once for each tile that reads it.</summary>
/// <remarks>One object, used again, one product at a time; no allocation after the first of a size.</remarks>
internal sealed class PanelProduct(OneDnnPanels library) : IWork
{
    private readonly PanelPacking _packing = new(library);
    private ProductTask _task;
    private OperandPanels _left;
    private OperandPanels _right;

    public int ChunkCount => _left.PanelCount * _right.PanelCount;

    /// <summary>Whether a product can be computed so: it is not empty, α is 1, and there are no factors of rows.</summary>
    public static bool Computes(in ProductTask task)
        => task.Rows > 0 && task.Columns > 0 && task.Depth > 0 && task.Alpha == 1 && task.RowScale.IsNull;

    /// <summary>The floats of storage that <see cref="Pack"/> needs for B[rows, columns].</summary>
    public long PackedLength(int rowCount, int columnCount)
        => new OperandPanels(library, ProductSide.Right, columnCount, rowCount).Length;

    /// <summary>Rounds and packs the right operand of several products.</summary>
    /// <param name="source">B[rows, columns], float32 or BF16.</param>
    /// <param name="rowCount">K.</param>
    /// <param name="columnCount">N.</param>
    /// <param name="storage">Room for <see cref="PackedLength"/> floats, at the start of a cache line.</param>
    /// <param name="threads">The most threads to use.</param>
    public RightMatrix Pack(Matrix source, int rowCount, int columnCount, NumberBuffer storage, int threads)
    {
        OperandPanels panels = new(library, ProductSide.Right, columnCount, rowCount) { Memory = storage };
        _packing.Run(default, default, source, panels, threads);
        return new RightMatrix(source) { Panels = panels };
    }

    /// <summary>The floats of storage that a product of these dimensions needs.</summary>
    /// <param name="rows">M.</param>
    /// <param name="columns">N; 0 where the right operand is packed.</param>
    /// <param name="depth">K.</param>
    public long StorageLength(int rows, int columns, int depth)
        => new OperandPanels(library, ProductSide.Left, rows, depth).Length + (columns == 0 ? 0 : PackedLength(depth, columns));

    /// <summary>Computes one product, its operands rounded to BF16 where they are float32.</summary>
    /// <param name="task">The product, one of those that <see cref="Computes"/> tells.</param>
    /// <param name="storage">Room for <see cref="StorageLength"/> floats, at the start of a cache line.</param>
    /// <param name="threads">The most threads to use.</param>
    public void Run(in ProductTask task, NumberBuffer storage, int threads)
    {
        _task = task;
        _left = new OperandPanels(library, ProductSide.Left, task.Rows, task.Depth) { Memory = storage };
        _right = task.Right.Panels;
        bool packsRight = !task.Right.HasPanels;
        if (packsRight)
        {
            _right = new OperandPanels(library, ProductSide.Right, task.Columns, task.Depth) { Memory = storage.From(_left.Length) };
        }

        _packing.Run(task.Left, _left, task.Right.Source, packsRight ? _right : default, threads);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        // A thread's share are neighbouring chunks, which read the same panel of B.
        int leftPanel = chunk % _left.PanelCount, rightPanel = chunk / _left.PanelCount;
        (int rows, int columns) = (_left.CountOf(leftPanel), _right.CountOf(rightPanel));
        (int firstRow, int firstColumn) = (leftPanel * _left.PerPanel, rightPanel * _right.PerPanel);
        NumberBuffer result = _task.Result.From((firstRow * _task.ResultStride) + firstColumn);
        library.Multiply(rows, columns, _task.Depth, _left[leftPanel], _right[rightPanel], _task.Beta, result, _task.ResultStride);
        if (!_task.Bias.IsNull)
        {
            AddBias(_task.Bias.View<float>(firstColumn, columns), result, rows);
        }
    }

    /// <summary>A second pass over the tile, which is still in the second-level cache.</summary>
    private void AddBias(ReadOnlySpan<float> bias, NumberBuffer result, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> sums = result.View<float>(row * _task.ResultStride, bias.Length);
            TensorPrimitives.Add(sums, bias, sums);
        }
    }
}
