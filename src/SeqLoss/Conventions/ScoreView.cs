using System;
using System.Numerics.Tensors;

namespace SeqLoss;

/// <summary>Scores of any rank with a class axis anywhere, and how the core sees them.</summary>
/// <param name="Shape">The framework's shape.</param>
/// <param name="Positions">The framework's shape without the class axis.</param>
/// <param name="Layout">The layout in which the core sees them.</param>
/// <param name="Viewed">Their shape in that layout.</param>
/// <param name="ViewedPositions">The shape of its positions.</param>
internal readonly record struct ScoreView(
    TensorShape Shape, TensorShape Positions, ScoreLayout Layout, TensorShape Viewed, TensorShape ViewedPositions)
{
    /// <summary>The class axis is one axis: what is before it is sequences, what is behind it steps, and order is kept.</summary>
    /// <exception cref="LossOptionException">There is no such axis.</exception>
    public static ScoreView OfAxis(TensorShape shape, int axis) => OfAxes(shape, [axis]);

    /// <summary>The classes are the product of adjacent axes.</summary>
    /// <exception cref="LossOptionException">There is no such axis, or the axes are not adjacent and in order.</exception>
    public static ScoreView OfAxes(TensorShape shape, ReadOnlySpan<int> axes)
    {
        if (axes.IsEmpty)
        {
            throw new LossOptionException("there is no class axis: name at least one.");
        }

        int first = Normalize(axes[0], shape);
        TensorShape positions = shape;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            int axis = Normalize(axes[i], shape);
            if (axis != first + i)
            {
                throw new LossOptionException(
                    $"the class axes {string.Join(", ", axes.ToArray())} are not adjacent: transpose the scores.");
            }

            positions = positions.Rank == 1 ? new TensorShape(0, 1) : positions.Without(axis);
        }

        int end = first + axes.Length;
        nint outer = shape.Product(0, first);
        nint classes = shape.Product(first, end);
        nint inner = shape.Product(end, shape.Rank);
        if (inner == 1 && positions.Rank == 2)
        {
            // [B, T, V]: positions keep their names in messages.
            return new(shape, positions, ScoreLayout.Btv, new(3, positions[0], positions[1], classes), positions);
        }

        return inner == 1
            ? new(shape, positions, ScoreLayout.Nv, new(2, outer, classes), TensorShape.Of(outer))
            : new(shape, positions, ScoreLayout.Bvt, new(3, outer, classes, inner), new(2, outer, inner));
    }

    /// <summary>Sequences <c>[B, T, V]</c> or <c>[T, B, V]</c>.</summary>
    /// <exception cref="LossInputException">The rank is not 3.</exception>
    /// <exception cref="LossOptionException">The layout is another.</exception>
    public static ScoreView OfSequences(TensorShape shape, ScoreLayout layout, string name)
    {
        if (layout is not (ScoreLayout.Btv or ScoreLayout.Tbv))
        {
            throw new LossOptionException($"the layout is {layout}: it is Btv or Tbv, with the classes last.");
        }

        if (shape.Rank != 3)
        {
            string needed = layout == ScoreLayout.Tbv ? "[T, B, V]" : "[B, T, V]";
            throw new LossInputException($"{name} of shape {shape} has {shape.Rank} axes: {needed} is needed.");
        }

        TensorShape positions = shape.Without(2);
        return new(shape, positions, layout, shape, positions);
    }

    /// <summary>Sees targets as the core does, after checking their shape.</summary>
    /// <exception cref="LossInputException">Ids are not shaped as the positions, or distributions not as the scores.</exception>
    public Targets View(Targets targets, string name)
    {
        TensorShape needed = targets.AreIds ? Positions : Shape;
        bool isOne = targets.AreIds && Positions.Rank == 0 && targets.Shape.Count == 1;
        string form = targets.AreIds ? "ids" : "distributions";
        return targets.Shape == needed || isOne
            ? targets.Reshaped(targets.AreIds ? ViewedPositions : Viewed)
            : throw new LossInputException(
                $"{name} has shape {targets.Shape}, but scores of shape {Shape} need {form} of {needed}.");
    }

    /// <summary>A weight for each position; none where all are 1.</summary>
    public TokenWeights? WeightsOf(double[]? values)
        => values is null ? null : TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(values, Lengths(ViewedPositions)));

    /// <summary>The positions that count; all where there is no mask.</summary>
    public TokenWeights? MaskOf(double[]? values)
        => values is null ? null : TokenWeights.FromMask(new ReadOnlyTensorSpan<double>(values, Lengths(ViewedPositions)));

    /// <summary>The lengths as tensors take them; one value has the shape [1].</summary>
    public static nint[] Lengths(TensorShape shape)
    {
        nint[] lengths = new nint[Math.Max(1, shape.Rank)];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = shape[axis];
        }

        return lengths;
    }

    private static int Normalize(int axis, TensorShape shape)
        => axis >= -shape.Rank && axis < shape.Rank
            ? (axis + shape.Rank) % shape.Rank
            : throw new LossOptionException($"axis {axis} is not an axis of scores of shape {shape}.");
}
