using System;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss;

/// <summary>
/// Targets as cross-entropy takes them: class ids, or distributions shaped as the scores. Tensors and tensor spans convert to it.
/// </summary>
/// <remarks>
/// <see cref="int"/> and <see cref="long"/> are ids in the layout's order without the class axis. <see cref="float"/>,
/// <see cref="double"/>, <see cref="Half"/> and BF16 words are distributions, one-hot or soft, not required to sum to one.
/// </remarks>
public readonly ref struct Targets
{
    private Targets(ref byte data, ElementType type, TensorShape shape)
    {
        Data = ref data;
        Type = type;
        Shape = shape;
    }

    private Targets(ref byte data, bool is64Bit, TensorShape shape)
    {
        Data = ref data;
        AreIds = true;
        Are64Bit = is64Bit;
        Shape = shape;
    }

    internal readonly ref byte Data;

    internal bool AreIds { get; }

    internal bool Are64Bit { get; }

    internal ElementType Type { get; }

    internal TensorShape Shape { get; }

    internal ref byte GetPinnableReference() => ref Data;

    /// <summary>The same elements in another shape of as many.</summary>
    internal Targets Reshaped(TensorShape shape) => AreIds ? new(ref Data, Are64Bit, shape) : new(ref Data, Type, shape);

    /// <summary>Distributions as numbers.</summary>
    internal Scores AsScores() => Scores.Of(ref Data, Type, Shape);

    /// <summary>Consecutive elements of distributions in a shape of their own.</summary>
    internal Targets Slice(nint first, TensorShape shape)
        => new(ref Unsafe.AddByteOffset(ref Data, first * NumberBuffer.Size(Type)), Type, shape);

    /// <summary>Wraps 32-bit class ids.</summary>
    /// <param name="span">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<int> span)
        => new(ref TensorShape.FirstByte(span), false, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps 32-bit class ids.</summary>
    /// <param name="span">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(TensorSpan<int> span) => (ReadOnlyTensorSpan<int>)span;

    /// <summary>Wraps 32-bit class ids.</summary>
    /// <param name="tensor">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(Tensor<int> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps 64-bit class ids.</summary>
    /// <param name="span">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<long> span)
        => new(ref TensorShape.FirstByte(span), true, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps 64-bit class ids.</summary>
    /// <param name="span">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(TensorSpan<long> span) => (ReadOnlyTensorSpan<long>)span;

    /// <summary>Wraps 64-bit class ids.</summary>
    /// <param name="tensor">A dense tensor in the scores' order without the class axis.</param>
    public static implicit operator Targets(Tensor<long> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps <see cref="float"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<float> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float32, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps <see cref="float"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(TensorSpan<float> span) => (ReadOnlyTensorSpan<float>)span;

    /// <summary>Wraps <see cref="float"/> distributions.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(Tensor<float> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps <see cref="double"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<double> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float64, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps <see cref="double"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(TensorSpan<double> span) => (ReadOnlyTensorSpan<double>)span;

    /// <summary>Wraps <see cref="double"/> distributions.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(Tensor<double> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps <see cref="Half"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<Half> span)
        => new(ref TensorShape.FirstByte(span), ElementType.Float16, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps <see cref="Half"/> distributions.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(TensorSpan<Half> span) => (ReadOnlyTensorSpan<Half>)span;

    /// <summary>Wraps <see cref="Half"/> distributions.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(Tensor<Half> tensor) => TensorShape.SpanOf(tensor);

    /// <summary>Wraps BF16 distributions, held in 16-bit words.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(ReadOnlyTensorSpan<ushort> span)
        => new(ref TensorShape.FirstByte(span), ElementType.BFloat16, TensorShape.Of(span, "the target tensor"));

    /// <summary>Wraps BF16 distributions, held in 16-bit words.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(TensorSpan<ushort> span) => (ReadOnlyTensorSpan<ushort>)span;

    /// <summary>Wraps BF16 distributions, held in 16-bit words.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Targets(Tensor<ushort> tensor) => TensorShape.SpanOf(tensor);
}
