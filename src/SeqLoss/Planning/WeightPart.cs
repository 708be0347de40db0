using System;
using System.Numerics.Tensors;

namespace SeqLoss.Planning;

/// <summary>The kinds of things that weights are made from.</summary>
internal enum WeightPartKind
{
    Lengths,
    Mask,
    Weights,
    ExampleWeights,
    IgnoredId,
}

/// <summary>One of the things that <see cref="TokenWeights"/> multiplies, copied and checked.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Shape">The shape it was given in.</param>
/// <param name="Values">Lengths, 0 and 1, or weights; empty for an ignored id.</param>
/// <param name="IgnoredId">The id that does not count.</param>
internal sealed record WeightPart(WeightPartKind Kind, TensorShape Shape, double[] Values, long IgnoredId = 0)
{
    public static WeightPart OfLengths<T>(ReadOnlySpan<T> lengths)
        where T : unmanaged
    {
        double[] values = Copy(lengths);
        for (int b = 0; b < values.Length; b++)
        {
            if (values[b] < 0)
            {
                throw new LossInputException($"length[b={b}] is {Text.Of(values[b])}: lengths are in 0..T.");
            }
        }

        return new(WeightPartKind.Lengths, TensorShape.Of(values.Length), values);
    }

    public static WeightPart OfMask<T>(in ReadOnlyTensorSpan<T> mask)
        where T : unmanaged
    {
        (TensorShape shape, double[] values) = Copy(mask, "the mask");
        int bad = Array.FindIndex(values, value => value is not (0 or 1));
        return bad < 0
            ? new(WeightPartKind.Mask, shape, values)
            : throw new LossInputException(
                $"mask{Place(shape, bad)} is {Text.Of(values[bad])}: a mask holds only 0 and 1; use token weights for other numbers.");
    }

    public static WeightPart OfWeights<T>(in ReadOnlyTensorSpan<T> weights)
        where T : unmanaged
    {
        (TensorShape shape, double[] values) = Copy(weights, "the token weights");
        int bad = Array.FindIndex(values, value => !double.IsFinite(value));
        return bad < 0
            ? new(WeightPartKind.Weights, shape, values)
            : throw new LossInputException($"weight{Place(shape, bad)} is {Text.Of(values[bad])}: token weights are finite numbers.");
    }

    public static WeightPart OfExampleWeights<T>(ReadOnlySpan<T> weights)
        where T : unmanaged
    {
        double[] values = Copy(weights);
        int bad = Array.FindIndex(values, value => !double.IsFinite(value));
        return bad < 0
            ? new(WeightPartKind.ExampleWeights, TensorShape.Of(values.Length), values)
            : throw new LossInputException($"example weight[b={bad}] is {Text.Of(values[bad])}: example weights are finite numbers.");
    }

    public static WeightPart OfIgnoredId(long id) => new(WeightPartKind.IgnoredId, default, [], id);

    public static WeightPart OfNonzeroRows(Scores distribution, ScoreLayout layout)
    {
        ScoreGrid grid = ScoreGrid.Of(layout, distribution.Shape, "the distribution");
        double[] values = new double[grid.Sequences.Count];
        NonzeroRows.Find(grid, distribution, values);
        return new(WeightPartKind.Mask, grid.Sequences.Shape, values);
    }

    /// <summary>How the part is called in messages.</summary>
    public string Name => Kind switch
    {
        WeightPartKind.Lengths => "lengths",
        WeightPartKind.Mask => "mask",
        WeightPartKind.Weights => "token weights",
        WeightPartKind.ExampleWeights => "example weights",
        _ => "ignored id",
    };

    private static (TensorShape Shape, double[] Values) Copy<T>(in ReadOnlyTensorSpan<T> tensor, string name)
        where T : unmanaged
    {
        TensorShape shape = TensorShape.Of(tensor, name);
        T[] elements = new T[shape.Count];
        tensor.FlattenTo(elements);
        return (shape, Copy((ReadOnlySpan<T>)elements));
    }

    private static double[] Copy<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        double[] copy = new double[source.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = NumberConversion.ToDouble(source[i]);
        }

        return copy;
    }

    /// <summary><c>[1, 17]</c>: the index of an element in its own array.</summary>
    private static string Place(TensorShape shape, int index)
    {
        int last = (int)shape[shape.Rank - 1];
        return shape.Rank switch
        {
            1 => $"[{index}]",
            2 => $"[{index / last}, {index % last}]",
            _ => $"[{index / last / (int)shape.Length1}, {index / last % (int)shape.Length1}, {index % last}]",
        };
    }
}
