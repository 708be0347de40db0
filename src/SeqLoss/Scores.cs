using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss;

/// <summary>
/// Scores or predictions as a loss takes them: a dense tensor of any supported type. Tensors and tensor spans convert to it.
/// </summary>
/// <remarks>
/// <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, and <see cref="ushort"/> for BF16, the upper half of a
/// <see cref="float"/>. Nothing is copied; offsets are 64-bit, so a tensor span over unmanaged memory may hold more than 2³¹ elements.
/// </remarks>
public readonly ref struct Scores
{
    private Scores(ref byte data, ElementType type, TensorShape shape)
    {
        Data = ref data;
        Type = type;
        Shape = shape;
    }

    internal readonly ref byte Data;

    internal ElementType Type { get; }

    internal TensorShape Shape { get; }

    internal ref byte GetPinnableReference() => ref Data;

    /// <summary>Numbers that came as something else.</summary>
    internal static Scores Of(ref byte data, ElementType type, TensorShape shape) => new(ref data, type, shape);

    /// <summary>The same elements in another shape of as many.</summary>
    internal Scores Reshaped(TensorShape shape) => new(ref Data, Type, shape);

    /// <summary>One element.</summary>
    internal unsafe double Read(nint index)
    {
        fixed (byte* address = this)
        {
            return new NumberBuffer(address, Type).Read(index);
        }
    }

    /// <summary>Consecutive elements in a shape of their own.</summary>
    internal Scores Slice(nint first, TensorShape shape)
        => new(ref Unsafe.AddByteOffset(ref Data, first * NumberBuffer.Size(Type)), Type, shape);

    /// <summary>Wraps <see cref="float"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(ReadOnlyTensorSpan<float> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float32, TensorShape.Of(span, "the tensor"));

    /// <summary>Wraps <see cref="float"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(TensorSpan<float> span) => (ReadOnlyTensorSpan<float>)span;

    /// <summary>Wraps <see cref="float"/> scores.</summary>
    /// <param name="tensor">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(Tensor<float> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps <see cref="double"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(ReadOnlyTensorSpan<double> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float64, TensorShape.Of(span, "the tensor"));

    /// <summary>Wraps <see cref="double"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(TensorSpan<double> span) => (ReadOnlyTensorSpan<double>)span;

    /// <summary>Wraps <see cref="double"/> scores.</summary>
    /// <param name="tensor">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(Tensor<double> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps <see cref="Half"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(ReadOnlyTensorSpan<Half> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float16, TensorShape.Of(span, "the tensor"));

    /// <summary>Wraps <see cref="Half"/> scores.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(TensorSpan<Half> span) => (ReadOnlyTensorSpan<Half>)span;

    /// <summary>Wraps <see cref="Half"/> scores.</summary>
    /// <param name="tensor">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(Tensor<Half> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps BF16 scores, held in 16-bit words.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(ReadOnlyTensorSpan<ushort> span)
        => new(ref TensorShape.FirstByte(span), ElementType.BFloat16, TensorShape.Of(span, "the tensor"));

    /// <summary>Wraps BF16 scores, held in 16-bit words.</summary>
    /// <param name="span">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(TensorSpan<ushort> span) => (ReadOnlyTensorSpan<ushort>)span;

    /// <summary>Wraps BF16 scores, held in 16-bit words.</summary>
    /// <param name="tensor">A dense tensor in the layout's axis order.</param>
    public static implicit operator Scores(Tensor<ushort> tensor) => TensorShape.SpanOf(tensor);
}
