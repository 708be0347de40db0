using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;

namespace SeqLoss;

/// <summary>Where a gradient goes, and what flows into it. Tensors and tensor spans convert to it; <c>default</c> asks for none.</summary>
/// <remarks>
/// The gradient has the shape and axis order of the scores. It may be the scores' own memory, if the type is the same; any other
/// overlap is refused. Its type may differ from the scores': a gradient of <see cref="Half"/> scores in <see cref="float"/> is not rounded.
/// </remarks>
public readonly ref struct Gradient
{
    private Gradient(ref byte data, ElementType type, TensorShape shape)
    {
        Data = ref data;
        Type = type;
        Shape = shape;
        IsWanted = true;
    }

    internal readonly ref byte Data;

    internal ElementType Type { get; }

    internal TensorShape Shape { get; }

    internal ref byte GetPinnableReference() => ref Data;

    /// <summary>The same elements in another shape of as many; no gradient stays none.</summary>
    internal Gradient Reshaped(TensorShape shape) => IsWanted ? new Gradient(ref Data, Type, shape) { Upstream = Upstream } : default;

    internal bool IsWanted { get; }

    /// <summary>∂L/∂(reduced loss) for reductions that are not scalars, in the shape of the reduced loss; empty for ones.</summary>
    public ReadOnlySpan<double> Upstream { get; init; }

    /// <summary>The same destination with an upstream gradient.</summary>
    /// <param name="upstream">∂L/∂(reduced loss), in the shape of the reduced loss: <c>[B]</c>, <c>[T]</c> or that of the targets.</param>
    /// <returns>The destination with it.</returns>
    public Gradient WithUpstream(ReadOnlySpan<double> upstream) => this with { Upstream = upstream };

    private static TensorSpan<T> Of<T>(Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.AsTensorSpan();
    }

    private static Gradient Of<T>(TensorSpan<T> span, ElementType type)
        => span.Rank == 0 && span.IsEmpty
            ? default
            : new(ref TensorShape.FirstByte<T>(span), type, TensorShape.Of<T>(span, "the gradient"));

    /// <summary>Wraps a <see cref="float"/> destination.</summary>
    /// <param name="span">A dense tensor shaped as the scores, or <c>default</c> for no gradient.</param>
    public static implicit operator Gradient(TensorSpan<float> span) => Of(span, ElementType.Float32);

    /// <summary>Wraps a <see cref="float"/> destination.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(Tensor<float> tensor) => Of(tensor);

    /// <summary>Wraps a <see cref="double"/> destination.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(TensorSpan<double> span) => Of(span, ElementType.Float64);

    /// <summary>Wraps a <see cref="double"/> destination.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(Tensor<double> tensor) => Of(tensor);

    /// <summary>Wraps a <see cref="Half"/> destination.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(TensorSpan<Half> span) => Of(span, ElementType.Float16);

    /// <summary>Wraps a <see cref="Half"/> destination.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(Tensor<Half> tensor) => Of(tensor);

    /// <summary>Wraps a destination of BF16, held in 16-bit words.</summary>
    /// <param name="span">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(TensorSpan<ushort> span) => Of(span, ElementType.BFloat16);

    /// <summary>Wraps a destination of BF16, held in 16-bit words.</summary>
    /// <param name="tensor">A dense tensor shaped as the scores.</param>
    public static implicit operator Gradient(Tensor<ushort> tensor) => Of(tensor);
}
