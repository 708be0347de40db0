using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SeqLoss;

/// <summary>The lengths of up to eight dense axes, outermost first; 1 beyond the rank.</summary>
/// <remarks>Layouts have up to three; frameworks put their class axis among more.</remarks>
internal readonly record struct TensorShape(
    int Rank,
    nint Length0,
    nint Length1 = 1,
    nint Length2 = 1,
    nint Length3 = 1,
    nint Length4 = 1,
    nint Length5 = 1,
    nint Length6 = 1,
    nint Length7 = 1)
{
    private const int MaxRank = 8;

    public nint this[int axis] => axis switch
    {
        0 => Length0,
        1 => Length1,
        2 => Length2,
        3 => Length3,
        4 => Length4,
        5 => Length5,
        6 => Length6,
        _ => Length7,
    };

    /// <summary>The number of elements; tensors exist, so their product fits.</summary>
    public nint Count => Product(0, Rank);

    public static TensorShape Of(nint length) => new(1, length);

    /// <summary>The product of the lengths from one axis up to another; 1 for no axis.</summary>
    public nint Product(int firstAxis, int endAxis)
    {
        nint product = 1;
        for (int axis = firstAxis; axis < endAxis; axis++)
        {
            product *= this[axis];
        }

        return product;
    }

    /// <summary>The shape without one of its axes.</summary>
    public TensorShape Without(int axis)
    {
        Span<nint> lengths = stackalloc nint[MaxRank];
        for (int from = 0, to = 0; from < Rank; from++)
        {
            if (from != axis)
            {
                lengths[to++] = this[from];
            }
        }

        return Of(lengths[..(Rank - 1)]);
    }

    /// <summary>The shape of a tensor, if it is dense and row-major.</summary>
    public static TensorShape Of<T>(scoped in ReadOnlyTensorSpan<T> tensor, string name)
    {
        ReadOnlySpan<nint> lengths = tensor.Lengths;
        TensorShape shape = Of(lengths, name);
        nint stride = 1;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            if (lengths[axis] > 1 && tensor.Strides[axis] != stride)
            {
                throw new LossInputException(
                    $"{name} is a strided view: copy it to a dense tensor first, or name the layout it has in memory.");
            }

            stride *= lengths[axis];
        }

        return shape;
    }

    /// <summary>A shape of one to eight lengths.</summary>
    /// <exception cref="LossInputException">There are fewer or more, or one is negative.</exception>
    public static TensorShape Of(ReadOnlySpan<nint> lengths, string name)
    {
        if (lengths.Length is 0 or > MaxRank)
        {
            throw new LossInputException($"{name} may have 1 to {MaxRank} axes, but here are {lengths.Length}: see the layouts.");
        }

        foreach (nint length in lengths)
        {
            if (length < 0)
            {
                throw new LossInputException($"{name} may not have an axis of length {length}: lengths are not negative.");
            }
        }

        return Of(lengths);
    }

    private static TensorShape Of(ReadOnlySpan<nint> lengths)
    {
        Span<nint> padded = stackalloc nint[MaxRank];
        padded.Fill(1);
        lengths.CopyTo(padded);
        return new(lengths.Length, padded[0], padded[1], padded[2], padded[3], padded[4], padded[5], padded[6], padded[7]);
    }

    /// <summary>The first element of a tensor, as bytes.</summary>
    public static ref byte FirstByte<T>(scoped in ReadOnlyTensorSpan<T> tensor)
        => ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in tensor.GetPinnableReference()));

    /// <summary>A tensor's span, if there is a tensor.</summary>
    public static ReadOnlyTensorSpan<T> SpanOf<T>(Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.AsReadOnlyTensorSpan();
    }

    /// <summary><c>[32, 128, 8000]</c></summary>
    public override string ToString()
    {
        if (Rank == 0)
        {
            return "()";
        }

        nint[] lengths = new nint[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            lengths[axis] = this[axis];
        }

        return $"[{string.Join(", ", lengths)}]";
    }
}
