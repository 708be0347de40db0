using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>A matrix of numbers that a tape computes with: one row of features for each position.</summary>
/// <remarks>Either a <see cref="Parameter"/>, which stays, or an <see cref="Activation"/>, which lives until its step ends.</remarks>
public abstract class Variable
{
    private NumberBuffer _values;

    private protected Variable()
    {
    }

    /// <summary>The positions.</summary>
    public int Rows { get; private protected set; }

    /// <summary>The features of a position.</summary>
    public int Columns { get; private protected set; }

    /// <summary>Rows times columns.</summary>
    public int Length => Rows * Columns;

    /// <summary>The numbers, row after row.</summary>
    public Span<float> Values => ValueMemory.View<float>(0, Length);

    /// <summary>Whether a gradient with respect to it is wanted.</summary>
    public bool NeedsGradient { get; private protected set; }

    /// <summary>Whether something has been added to <see cref="Gradient"/>.</summary>
    public bool HasGradient { get; private protected set; }

    /// <summary>∂L/∂values, which operations add to: zeros at first.</summary>
    public Span<float> Gradient
    {
        get
        {
            if (AddToGradient(out NumberBuffer gradient) == 0)
            {
                gradient.View<float>(0, Length).Clear();
            }

            return gradient.View<float>(0, Length);
        }
    }

    /// <summary>The memory of the values.</summary>
    /// <exception cref="InvalidOperationException">It has been given back: what it holds belongs to others.</exception>
    internal NumberBuffer ValueMemory
    {
        get
        {
            if (_values.IsNull)
            {
                ThrowReleased();
            }

            return _values;
        }

        private protected set => _values = value;
    }

    /// <summary>Whether there are values, which have not been given back.</summary>
    internal bool HasValues => !_values.IsNull;

    /// <summary>The values as an operand of a product.</summary>
    internal Matrix Matrix => new(ValueMemory, Columns);

    /// <summary>The values' transpose as an operand of a product.</summary>
    internal Matrix Transposed => new(ValueMemory, Columns, IsTransposed: true);

    /// <summary>One row of the values.</summary>
    public Span<float> Row(int row) => ValueMemory.View<float>((long)row * Columns, Columns);

    /// <inheritdoc/>
    public override string ToString() => $"[{Rows}, {Columns}]";

    /// <summary>The memory of the gradient for a product that adds to it.</summary>
    /// <returns>β: 0 where the memory holds nothing yet and the product has to overwrite all of it, 1 afterwards.</returns>
    internal abstract float AddToGradient(out NumberBuffer gradient);

    private void ThrowReleased()
        => throw new InvalidOperationException($"The values of {this} are read after their last reader has given their memory back.");
}
