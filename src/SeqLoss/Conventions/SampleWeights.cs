using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>A framework's weights or mask: one number, or an array that is broadcast as the framework does. Immutable.</summary>
/// <remarks>Numbers, tensors and tensor spans convert to it; data is copied.</remarks>
public sealed class SampleWeights
{
    private readonly double[] _values;

    private SampleWeights(TensorShape shape, double[] values) => (Shape, _values) = (shape, values);

    /// <summary>The shape, of rank 0 for a number.</summary>
    internal TensorShape Shape { get; }

    /// <summary>Copies an array.</summary>
    /// <typeparam name="T">A numeric type or <see cref="bool"/>.</typeparam>
    /// <param name="values">Weights, or a mask of 0 and 1.</param>
    /// <returns>The weights.</returns>
    public static SampleWeights From<T>(in ReadOnlyTensorSpan<T> values)
        where T : unmanaged
    {
        TensorShape shape = TensorShape.Of(values, "the weights");
        T[] elements = new T[shape.Count];
        values.FlattenTo(elements);
        return new(shape, Array.ConvertAll(elements, NumberConversion.ToDouble));
    }

    /// <summary>One weight for everything.</summary>
    /// <param name="weight">The weight.</param>
    /// <returns>The weights.</returns>
    public static SampleWeights FromDouble(double weight) => new(new TensorShape(0, 1), [weight]);

    /// <summary>One weight for everything.</summary>
    /// <param name="weight">The weight.</param>
    public static implicit operator SampleWeights(double weight) => FromDouble(weight);

    /// <summary>Copies weights.</summary>
    /// <param name="span">The weights.</param>
    public static implicit operator SampleWeights(ReadOnlyTensorSpan<float> span) => From(span);

    /// <summary>Copies weights.</summary>
    /// <param name="tensor">The weights.</param>
    public static implicit operator SampleWeights(Tensor<float> tensor) => From(TensorShape.SpanOf(tensor));

    /// <summary>Copies weights.</summary>
    /// <param name="span">The weights.</param>
    public static implicit operator SampleWeights(ReadOnlyTensorSpan<double> span) => From(span);

    /// <summary>Copies weights.</summary>
    /// <param name="tensor">The weights.</param>
    public static implicit operator SampleWeights(Tensor<double> tensor) => From(TensorShape.SpanOf(tensor));

    /// <summary>Copies a mask.</summary>
    /// <param name="span">The mask.</param>
    public static implicit operator SampleWeights(ReadOnlyTensorSpan<bool> span) => From(span);

    /// <summary>Copies a mask.</summary>
    /// <param name="tensor">The mask.</param>
    public static implicit operator SampleWeights(Tensor<bool> tensor) => From(TensorShape.SpanOf(tensor));

    /// <summary>One value for each position, the shapes being equal.</summary>
    /// <param name="positions">The shape that is needed.</param>
    /// <param name="name">How the framework calls the argument.</param>
    /// <exception cref="LossInputException">The shapes differ.</exception>
    internal double[] Exactly(TensorShape positions, string name)
        => Shape == positions ? _values : throw new LossInputException($"{name} has shape {Shape}, {positions} is needed.");

    /// <summary>One value for each position: equal ranks by a trailing 1, then NumPy's broadcasting, as Keras does.</summary>
    /// <param name="positions">The shape of the unreduced loss.</param>
    /// <param name="name">How the framework calls the argument.</param>
    /// <exception cref="LossInputException">The shapes do not broadcast.</exception>
    internal double[] Broadcast(TensorShape positions, string name) => Spread(Aligned(positions), positions, name);

    /// <summary>The number of values that weights have together before they are broadcast to the positions.</summary>
    /// <param name="positions">The shape of the unreduced loss.</param>
    /// <param name="parts">Weights that broadcast to it; the number of positions where there are none.</param>
    internal static nint JointCount(TensorShape positions, params ReadOnlySpan<SampleWeights?> parts)
    {
        nint count = 1;
        bool areThere = false;
        foreach (SampleWeights? part in parts)
        {
            areThere |= part is not null;
        }

        for (int back = 1; back <= positions.Rank; back++)
        {
            nint length = 1;
            foreach (SampleWeights? part in parts)
            {
                TensorShape shape = part?.Aligned(positions) ?? default;
                length = back <= shape.Rank ? Math.Max(length, shape[shape.Rank - back]) : length;
            }

            count *= length;
        }

        return areThere ? count : positions.Count;
    }

    /// <summary>The shape without, or with, a trailing 1, where that makes the rank of the positions.</summary>
    private TensorShape Aligned(TensorShape positions)
    {
        if (Shape.Rank == positions.Rank + 1 && Shape[Shape.Rank - 1] == 1)
        {
            return Shape.Without(Shape.Rank - 1);
        }

        return Shape.Rank == 1 && positions.Rank == 2 && positions[1] == 1 ? new(2, Shape[0]) : Shape;
    }

    /// <summary>One value for each position: NumPy's broadcasting alone, as TensorFlow.js does.</summary>
    /// <param name="positions">The shape of the unreduced loss.</param>
    /// <param name="name">How the framework calls the argument.</param>
    /// <exception cref="LossInputException">The shapes do not broadcast.</exception>
    internal double[] BroadcastAsNumPy(TensorShape positions, string name) => Spread(Shape, positions, name);

    private double[] Spread(TensorShape shape, TensorShape positions, string name)
    {
        CheckBroadcast(shape, positions, name);
        double[] result = new double[positions.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = _values[IndexOf(i, shape, positions)];
        }

        return result;
    }

    /// <summary>The element that is broadcast to a position.</summary>
    private static nint IndexOf(nint position, TensorShape shape, TensorShape positions)
    {
        nint index = 0;
        nint stride = 1;
        for (int back = 1; back <= shape.Rank; back++)
        {
            nint along = position % positions[positions.Rank - back];
            position /= positions[positions.Rank - back];
            nint length = shape[shape.Rank - back];
            index += length == 1 ? 0 : along * stride;
            stride *= length;
        }

        return index;
    }

    private void CheckBroadcast(TensorShape shape, TensorShape positions, string name)
    {
        bool fits = shape.Rank <= positions.Rank;
        for (int back = 1; fits && back <= shape.Rank; back++)
        {
            nint length = shape[shape.Rank - back];
            fits = length == 1 || length == positions[positions.Rank - back];
        }

        if (!fits)
        {
            string cure = Shape.Rank == 1 && positions.Rank > 1 && Shape[0] == positions[0]
                ? ", trailing axis first: for one weight a sequence give it a trailing axis of length 1"
                : "";
            throw new LossInputException($"{name} of shape {Shape} does not broadcast to the losses' shape {positions}{cure}.");
        }
    }
}
