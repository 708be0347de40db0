using System;
using System.Numerics;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss;

/// <summary>One weight per class; immutable, made once and used for every batch.</summary>
/// <remarks>
/// The loss of an id target is multiplied by the weight of its class, and so is its denominator weight. With a distribution or
/// with label smoothing every class term is multiplied by its own weight, as PyTorch does.
/// </remarks>
public sealed class ClassWeights
{
    private ClassWeights(double[] weights) => Table = new ClassWeightTable(weights);

    /// <summary>V, the number of classes.</summary>
    public int Count => Table.Length;

    internal ClassWeightTable Table { get; }

    /// <summary>Copies weights.</summary>
    /// <typeparam name="T">A numeric type.</typeparam>
    /// <param name="weights">Any finite numbers, shape <c>[V]</c>.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="LossInputException">There are no weights, or one is NaN or infinite.</exception>
    public static ClassWeights From<T>(ReadOnlySpan<T> weights)
        where T : INumberBase<T>
    {
        if (weights.IsEmpty)
        {
            throw new LossInputException("class weights are empty: one for each class is needed, shape [V].");
        }

        double[] copy = new double[weights.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = double.CreateChecked(weights[i]);
            if (!double.IsFinite(copy[i]))
            {
                throw new LossInputException($"classWeight[{i}] is {Text.Of(copy[i])}: class weights are finite numbers.");
            }
        }

        return new ClassWeights(copy);
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T})"/>
    public static ClassWeights From<T>(T[] weights)
        where T : INumberBase<T>
        => From((ReadOnlySpan<T>)weights);
}
