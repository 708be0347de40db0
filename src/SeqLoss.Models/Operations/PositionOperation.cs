using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Operations;

/// <summary>y = x + P[t]: a row of a table for each step.</summary>
/// <remarks>∂L/∂x = ∂L/∂y; ∂L/∂P[t] is the sum of ∂L/∂y over the sequences.</remarks>
public sealed class PositionOperation : Operation
{
    private Variable _x = null!;
    private Variable _table = null!;
    private Variable _y = null!;
    private RowGrid _grid;
    private int _firstStep;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">Rows of features.</param>
    /// <param name="table">P, a row for each step, at least <paramref name="firstStep"/> + T.</param>
    /// <param name="grid">Which row is which step.</param>
    /// <param name="firstStep">The step of the grid's first.</param>
    /// <returns>y, shaped as x.</returns>
    /// <exception cref="ArgumentException">There are more steps than rows of P, or the grid is not that of x.</exception>
    public static Variable Apply(Tape tape, Variable x, Variable table, RowGrid grid, int firstStep = 0)
    {
        if (firstStep + grid.Steps > table.Rows || grid.Rows != x.Rows)
        {
            throw new ArgumentException(
                $"Steps {firstStep}..{firstStep + grid.Steps - 1} of {grid.Rows} rows for {x} and {table}.", nameof(grid));
        }

        PositionOperation operation = tape.Rent<PositionOperation>();
        Activation y = tape.Create(x.Rows, x.Columns);
        (operation._x, operation._table, operation._y, operation._grid, operation._firstStep) = (x, table, y, grid, firstStep);
        for (int sequence = 0; sequence < grid.Count; sequence++)
        {
            for (int step = 0; step < grid.Steps; step++)
            {
                int row = grid.RowOf(sequence, step);
                TensorPrimitives.Add(x.Row(row), table.Row(firstStep + step), y.Row(row));
            }
        }

        return tape.Record(operation, y, x.NeedsGradient || table.NeedsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        if (_x.NeedsGradient)
        {
            TensorPrimitives.Add(_x.Gradient, _y.Gradient, _x.Gradient);
        }

        if (!_table.NeedsGradient)
        {
            return;
        }

        int columns = _y.Columns;
        for (int sequence = 0; sequence < _grid.Count; sequence++)
        {
            for (int step = 0; step < _grid.Steps; step++)
            {
                Span<float> sum = _table.Gradient.Slice((_firstStep + step) * columns, columns);
                TensorPrimitives.Add(sum, _y.Gradient.Slice(_grid.RowOf(sequence, step) * columns, columns), sum);
            }
        }
    }
}
