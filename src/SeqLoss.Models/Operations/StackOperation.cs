using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y: the rows of several matrices below each other, such as the steps of time-major sequences.</summary>
/// <remarks>∂L/∂part is its rows of ∂L/∂y.</remarks>
public sealed class StackOperation : Operation
{
    private readonly List<Variable> _parts = [];
    private Variable _y = null!;

    /// <summary>Copies matrices.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="parts">The matrices from top to bottom, <c>[rows, D]</c> each.</param>
    /// <returns>y, <c>[Σ rows, D]</c>.</returns>
    /// <exception cref="ArgumentException">There is none, or their columns are not as many.</exception>
    public static Variable Apply(Tape tape, params ReadOnlySpan<Variable> parts)
    {
        StackOperation operation = tape.Rent<StackOperation>();
        operation._parts.Clear();
        int rows = 0;
        bool needsGradient = false;
        foreach (Variable part in parts)
        {
            if (part.Columns != parts[0].Columns)
            {
                throw new ArgumentException($"{part} below {parts[0]}.", nameof(parts));
            }

            rows += part.Rows;
            needsGradient |= part.NeedsGradient;
            operation._parts.Add(part);
        }

        if (rows == 0)
        {
            throw new ArgumentException("Nothing to stack.", nameof(parts));
        }

        Activation y = tape.Create(rows, parts[0].Columns);
        operation._y = y;
        int start = 0;
        foreach (Variable part in parts)
        {
            part.Values.CopyTo(y.Values[start..]);
            start += part.Length;
        }

        return tape.Record(operation, y, needsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        int start = 0;
        foreach (Variable part in _parts)
        {
            if (part.NeedsGradient)
            {
                TensorPrimitives.Add(part.Gradient, _y.Gradient.Slice(start, part.Length), part.Gradient);
            }

            start += part.Length;
        }
    }
}
