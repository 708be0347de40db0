using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y = [left, right]: the features of two matrices side by side.</summary>
/// <remarks>∂L/∂left and ∂L/∂right are the columns of ∂L/∂y.</remarks>
public sealed class ConcatenateOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private Variable _left = null!;
    private Variable _right = null!;
    private Variable _y = null!;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left"><c>[rows, m]</c>.</param>
    /// <param name="right"><c>[rows, n]</c>.</param>
    /// <returns>y, <c>[rows, m + n]</c>.</returns>
    /// <exception cref="ArgumentException">The rows are not as many.</exception>
    public static Variable Apply(Tape tape, Variable left, Variable right)
    {
        if (left.Rows != right.Rows)
        {
            throw new ArgumentException($"{left} beside {right}.", nameof(right));
        }

        ConcatenateOperation operation = tape.Rent<ConcatenateOperation>();
        Activation y = tape.Create(left.Rows, left.Columns + right.Columns);
        (operation._left, operation._right, operation._y) = (left, right, y);
        operation.ForRows(ForwardPass, y.Rows, y.Columns);
        return tape.Record(operation, y, left.NeedsGradient || right.NeedsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        // Gradients are made before threads write to parts of them.
        _ = _left.NeedsGradient ? _left.Gradient : default;
        _ = _right.NeedsGradient ? _right.Gradient : default;
        ForRows(BackwardPass, _y.Rows, _y.Columns);
    }

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            if (pass == ForwardPass)
            {
                Span<float> y = _y.Row(row);
                _left.Row(row).CopyTo(y);
                _right.Row(row).CopyTo(y[_left.Columns..]);
            }
            else
            {
                ReadOnlySpan<float> gradY = _y.Gradient.Slice(row * _y.Columns, _y.Columns);
                AddGradient(_left, row, gradY[.._left.Columns]);
                AddGradient(_right, row, gradY[_left.Columns..]);
            }
        }
    }

    private static void AddGradient(Variable part, int row, ReadOnlySpan<float> gradient)
    {
        if (part.NeedsGradient)
        {
            Span<float> destination = part.Gradient.Slice(row * part.Columns, part.Columns);
            TensorPrimitives.Add(destination, gradient, destination);
        }
    }
}
