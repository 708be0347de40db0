using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SeqLoss;

/// <summary>The lengths of up to three dense axes, outermost first.</summary>
internal readonly record struct TensorShape(int Rank, nint Length0, nint Length1, nint Length2)
{
    public nint this[int axis] => axis switch
    {
        0 => Length0,
        1 => Length1,
        _ => Length2,
    };

    /// <summary>The number of elements; tensors exist, so their product fits.</summary>
    public nint Count => Rank switch
    {
        0 => 1,
        1 => Length0,
        2 => Length0 * Length1,
        _ => Length0 * Length1 * Length2,
    };

    public static TensorShape Of(nint length) => new(1, length, 1, 1);

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

    /// <summary>A shape of one to three lengths.</summary>
    /// <exception cref="LossInputException">There are fewer or more, or one is negative.</exception>
    public static TensorShape Of(ReadOnlySpan<nint> lengths, string name)
    {
        if (lengths.Length is 0 or > 3)
        {
            throw new LossInputException($"{name} may have 1 to 3 axes, but here are {lengths.Length}: see the layouts.");
        }

        foreach (nint length in lengths)
        {
            if (length < 0)
            {
                throw new LossInputException($"{name} may not have an axis of length {length}: lengths are not negative.");
            }
        }

        return new(
            lengths.Length,
            lengths[0],
            lengths.Length > 1 ? lengths[1] : 1,
            lengths.Length > 2 ? lengths[2] : 1);
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
    public override string ToString() => Rank switch
    {
        0 => "()",
        1 => $"[{Length0}]",
        2 => $"[{Length0}, {Length1}]",
        _ => $"[{Length0}, {Length1}, {Length2}]",
    };
}
