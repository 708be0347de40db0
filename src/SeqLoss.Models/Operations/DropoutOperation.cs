using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y = residual + dropout(x), the end of a residual branch; or dropout(x) alone.</summary>
/// <remarks>∂L/∂residual = ∂L/∂y; ∂L/∂x = ∂L/∂y where x was kept, times 1/(1 − rate), and 0 elsewhere.</remarks>
public sealed class DropoutOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private Variable _x = null!;
    private Variable? _residual;
    private Variable _y = null!;
    private float _rate;
    private ulong _key;
    private NumberBuffer _gradX;
    private NumberBuffer _gradResidual;
    private float _betaOfX;
    private float _betaOfResidual;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape; dropout acts where it <see cref="Tape.IsTraining"/>.</param>
    /// <param name="x">What is dropped from.</param>
    /// <param name="rate">The part that is dropped, in [0, 1).</param>
    /// <param name="residual">What x is added to, shaped as x; or none.</param>
    /// <returns>y, shaped as x.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable Apply(Tape tape, Variable x, float rate, Variable? residual = null)
    {
        rate = tape.IsTraining ? rate : 0;
        if (rate == 0 && residual is null)
        {
            return x;
        }

        if (residual is not null && (residual.Rows != x.Rows || residual.Columns != x.Columns))
        {
            throw new ArgumentException($"{x} is added to {residual}.", nameof(residual));
        }

        DropoutOperation operation = tape.Rent<DropoutOperation>();
        Activation y = tape.Create(x.Rows, x.Columns);
        (operation._x, operation._residual, operation._y, operation._rate) = (x, residual, y, rate);
        operation._key = rate > 0 ? tape.NextDropoutKey() : 0;
        operation.ForRows(ForwardPass, y.Rows, y.Columns);
        return tape.Record(operation, y, x.NeedsGradient || residual is { NeedsGradient: true });
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        // Gradients are made before threads write to parts of them. Where both are one, x is added.
        _betaOfResidual = AddToGradient(_residual, out _gradResidual);
        _betaOfX = AddToGradient(_x, out _gradX);
        ForRows(BackwardPass, _y.Rows, _y.Columns);
    }

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        int first = firstRow * _y.Columns;
        int length = rowCount * _y.Columns;
        if (pass == ForwardPass)
        {
            ReadOnlySpan<float> x = _x.Values.Slice(first, length);
            Span<float> y = _y.Values.Slice(first, length);
            if (_rate > 0)
            {
                DropoutMask.Apply(x, y, _rate, _key, first);
                x = y;
            }

            if (_residual is not null)
            {
                TensorPrimitives.Add(x, _residual.Values.Slice(first, length), y);
            }

            return;
        }

        Backward(_y.Gradient.Slice(first, length), first);
    }

    private void Backward(Span<float> gradient, int first)
    {
        if (!_gradResidual.IsNull)
        {
            Add(gradient, _gradResidual.View<float>(first, gradient.Length), _betaOfResidual);
        }

        if (_gradX.IsNull)
        {
            return;
        }

        Span<float> gradX = _gradX.View<float>(first, gradient.Length);
        if (_rate == 0)
        {
            Add(gradient, gradX, _betaOfX);
            return;
        }

        // What has to be added takes the place of ∂L/∂y first, which nobody reads afterwards.
        DropoutMask.Apply(gradient, _betaOfX == 0 ? gradX : gradient, _rate, _key, first);
        if (_betaOfX != 0)
        {
            TensorPrimitives.Add(gradX, gradient, gradX);
        }
    }

    /// <summary>The memory of a gradient where one is wanted, and β.</summary>
    private static float AddToGradient(Variable? variable, out NumberBuffer gradient)
    {
        gradient = default;
        return variable is { NeedsGradient: true } ? variable.AddToGradient(out gradient) : 0;
    }

    /// <summary>sum = β·sum + gradient.</summary>
    private static void Add(ReadOnlySpan<float> gradient, Span<float> sum, float beta)
    {
        if (beta == 0)
        {
            gradient.CopyTo(sum);
        }
        else
        {
            TensorPrimitives.Add(sum, gradient, sum);
        }
    }
}
