using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y = x[first.., :]: some rows of a matrix, such as one step of time-major sequences.</summary>
/// <remarks>∂L/∂x is ∂L/∂y in these rows.</remarks>
public sealed class RowsOperation : Operation
{
    private Variable _x = null!;
    private Variable _y = null!;
    private int _first;

    /// <summary>Copies rows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x"><c>[rows, D]</c>.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <returns>y, <c>[count, D]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">x has no such rows.</exception>
    public static Variable Apply(Tape tape, Variable x, int first, int count)
    {
        RowsOperation operation = tape.Rent<RowsOperation>();
        Activation y = tape.Create(count, x.Columns);
        (operation._x, operation._y, operation._first) = (x, y, first);
        x.Values.Slice(first * x.Columns, y.Length).CopyTo(y.Values);
        return tape.Record(operation, y, x.NeedsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        Span<float> destination = _x.Gradient.Slice(_first * _x.Columns, _y.Length);
        TensorPrimitives.Add(destination, _y.Gradient, destination);
    }
}
