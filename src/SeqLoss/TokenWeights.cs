using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>What counts and how much: one object that drives loss, gradient and metrics alike. Immutable.</summary>
/// <remarks>
/// <para>
/// Made from lengths, a mask, token weights, example weights, an ignored id, all-zero rows of a distribution, or several of them
/// joined by <c>&amp;</c>: the weight W of a position is their product, 1 where nothing was given. W = 0 means that a position does
/// not count: its scores are not read and its id is not checked.
/// </para>
/// <para>
/// Masks and token weights have the order of the scores without the class axis: <c>[B, T]</c>, or <c>[T, B]</c> for time-major
/// layouts, or <c>[N]</c> for rows. In regression they may instead have the shape of the predictions, and then every element is a
/// position. Data is copied when the object is made.
/// </para>
/// </remarks>
public sealed class TokenWeights
{
    private TokenWeights(WeightPart[] parts) => Parts = parts;

    internal WeightPart[] Parts { get; }

    /// <summary>Counts the first steps of each sequence.</summary>
    /// <param name="lengths">The number of steps of each sequence, in 0..T, shape <c>[B]</c>.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">A length is negative. (Lengths above T are found when the weights are used.)</exception>
    public static TokenWeights FromLengths(ReadOnlySpan<int> lengths) => new([WeightPart.OfLengths(lengths)]);

    /// <inheritdoc cref="FromLengths(ReadOnlySpan{int})"/>
    public static TokenWeights FromLengths(ReadOnlySpan<long> lengths) => new([WeightPart.OfLengths(lengths)]);

    /// <summary>Counts the positions where a mask is 1.</summary>
    /// <typeparam name="T">A numeric type or <see cref="bool"/>.</typeparam>
    /// <param name="mask">0 and 1 only, in the order of the scores without the class axis.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">A value is neither 0 nor 1.</exception>
    public static TokenWeights FromMask<T>(in ReadOnlyTensorSpan<T> mask)
        where T : unmanaged
        => new([WeightPart.OfMask(mask)]);

    /// <inheritdoc cref="FromMask{T}(in ReadOnlyTensorSpan{T})"/>
    public static TokenWeights FromMask<T>(in TensorSpan<T> mask)
        where T : unmanaged
        => FromMask((ReadOnlyTensorSpan<T>)mask);

    /// <inheritdoc cref="FromMask{T}(in ReadOnlyTensorSpan{T})"/>
    public static TokenWeights FromMask<T>(Tensor<T> mask)
        where T : unmanaged
        => FromMask(NotNull(mask, nameof(mask)).AsReadOnlyTensorSpan());

    /// <summary>Weighs each position.</summary>
    /// <typeparam name="T">A numeric type.</typeparam>
    /// <param name="weights">
    /// Finite numbers, in the order of the scores without the class axis; negative ones serve policy gradients.
    /// </param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">A weight is NaN or infinite.</exception>
    public static TokenWeights FromWeights<T>(in ReadOnlyTensorSpan<T> weights)
        where T : unmanaged
        => new([WeightPart.OfWeights(weights)]);

    /// <inheritdoc cref="FromWeights{T}(in ReadOnlyTensorSpan{T})"/>
    public static TokenWeights FromWeights<T>(in TensorSpan<T> weights)
        where T : unmanaged
        => FromWeights((ReadOnlyTensorSpan<T>)weights);

    /// <inheritdoc cref="FromWeights{T}(in ReadOnlyTensorSpan{T})"/>
    public static TokenWeights FromWeights<T>(Tensor<T> weights)
        where T : unmanaged
        => FromWeights(NotNull(weights, nameof(weights)).AsReadOnlyTensorSpan());

    /// <summary>Weighs each sequence.</summary>
    /// <typeparam name="T">A numeric type.</typeparam>
    /// <param name="weights">Finite numbers, shape <c>[B]</c>.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">A weight is NaN or infinite.</exception>
    public static TokenWeights FromExampleWeights<T>(ReadOnlySpan<T> weights)
        where T : unmanaged
        => new([WeightPart.OfExampleWeights(weights)]);

    /// <inheritdoc cref="FromExampleWeights{T}(ReadOnlySpan{T})"/>
    public static TokenWeights FromExampleWeights<T>(T[] weights)
        where T : unmanaged
        => FromExampleWeights((ReadOnlySpan<T>)weights);

    /// <summary>Leaves out the positions whose target is a given id, which need not be a class.</summary>
    /// <param name="ignoreIndex">The id; −100 in PyTorch.</param>
    /// <returns>The weights; for id targets only.</returns>
    public static TokenWeights FromIgnoreIndex(long ignoreIndex) => new([WeightPart.OfIgnoredId(ignoreIndex)]);

    /// <summary>Leaves out the positions whose distribution is 0 everywhere, which is how one-hot targets are padded.</summary>
    /// <param name="distribution">The target distributions, in the layout's order.</param>
    /// <param name="layout">Their axis order.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">The shape is not that of the layout.</exception>
    public static TokenWeights FromNonzeroRows(Scores distribution, ScoreLayout layout = ScoreLayout.Btv)
        => new([WeightPart.OfNonzeroRows(distribution, layout)]);

    /// <summary>Joins two: a position's weight is the product of its weights.</summary>
    /// <param name="left">Some weights.</param>
    /// <param name="right">Others.</param>
    /// <returns>Both.</returns>
    public static TokenWeights operator &(TokenWeights left, TokenWeights right) => BitwiseAnd(left, right);

    /// <summary>Joins two; the same as <c>&amp;</c>.</summary>
    /// <param name="left">Some weights.</param>
    /// <param name="right">Others.</param>
    /// <returns>Both.</returns>
    public static TokenWeights BitwiseAnd(TokenWeights left, TokenWeights right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new([.. left.Parts, .. right.Parts]);
    }

    private static Tensor<T> NotNull<T>(Tensor<T> tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        return tensor;
    }
}
