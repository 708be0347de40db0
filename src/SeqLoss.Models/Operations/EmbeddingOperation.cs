using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y[r] = scale·E[id[r]]: a row of a table for each token.</summary>
/// <remarks>∂L/∂E[v] is scale times the sum of ∂L/∂y over the rows whose id is v.</remarks>
public sealed class EmbeddingOperation : Operation
{
    private Variable _table = null!;
    private Variable _y = null!;
    private float _scale;
    private int[] _ids = [];

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="table">E, <c>[V, D]</c>.</param>
    /// <param name="ids">A token for each row, in 0..V−1; copied.</param>
    /// <param name="scale">A factor.</param>
    /// <returns>y, <c>[rows, D]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in 0..V−1.</exception>
    public static Variable Apply(Tape tape, Variable table, ReadOnlySpan<int> ids, float scale = 1)
    {
        EmbeddingOperation operation = tape.Rent<EmbeddingOperation>();
        Activation y = tape.Create(ids.Length, table.Columns);
        (operation._table, operation._y, operation._scale) = (table, y, scale);
        if (operation._ids.Length < ids.Length)
        {
            operation._ids = new int[ids.Length];
        }

        ids.CopyTo(operation._ids);
        for (int row = 0; row < ids.Length; row++)
        {
            if ((uint)ids[row] >= (uint)table.Rows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ids), $"Token {row} is {ids[row]}, the table {tape.Layer} has {table.Rows} rows (0..{table.Rows - 1}).");
            }

            TensorPrimitives.Multiply(table.Row(ids[row]), scale, y.Row(row));
        }

        return tape.Record(operation, y, table.NeedsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        int columns = _y.Columns;
        ReadOnlySpan<float> gradient = _y.Gradient;
        Span<float> gradTable = _table.Gradient;
        for (int row = 0; row < _y.Rows; row++)
        {
            Span<float> destination = gradTable.Slice(_ids[row] * columns, columns);
            TensorPrimitives.MultiplyAdd(gradient.Slice(row * columns, columns), _scale, destination, destination);
        }
    }
}
