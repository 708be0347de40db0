using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y = dropout(f(x·Wᵀ + b)).</summary>
/// <remarks>
/// With g = ∂L/∂(x·Wᵀ + b) the gradients are ∂L/∂x = g·W, ∂L/∂W = gᵀ·x and ∂L/∂b = Σ g over the rows. f′ is computed from y: for ReLU it
/// is 1 where y &gt; 0, for tanh 1 − tanh².
/// </remarks>
public sealed class LinearOperation : Operation
{
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private Variable _x = null!;
    private Variable _weight = null!;
    private Variable? _bias;
    private Variable _y = null!;
    private Nonlinearity _f;
    private float _dropoutRate;
    private ulong _dropoutKey;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">Rows of features, <c>[rows, in]</c>.</param>
    /// <param name="weight">W, <c>[out, in]</c>.</param>
    /// <param name="bias">b, <c>[1, out]</c>, or none.</param>
    /// <param name="f">What acts on each value.</param>
    /// <param name="dropoutRate">The part of y that is dropped in training, in [0, 1).</param>
    /// <returns>y, <c>[rows, out]</c>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Variable Apply(
        Tape tape, Variable x, Variable weight, Variable? bias = null, Nonlinearity f = Nonlinearity.None, float dropoutRate = 0)
    {
        if (x.Columns != weight.Columns || (bias is not null && bias.Length != weight.Rows))
        {
            throw new ArgumentException($"{x} features for a weight of {weight} and a bias of {bias?.Length} values.", nameof(x));
        }

        LinearOperation operation = tape.Rent<LinearOperation>();
        Activation y = tape.Create(x.Rows, weight.Rows);
        (operation._x, operation._weight, operation._bias, operation._y, operation._f) = (x, weight, bias, y, f);
        operation._dropoutRate = tape.IsTraining ? dropoutRate : 0;
        operation._dropoutKey = operation._dropoutRate > 0 ? tape.NextDropoutKey() : 0;
        tape.Multiply(new ProductTask
        {
            Rows = x.Rows,
            Columns = weight.Rows,
            Depth = x.Columns,
            Left = x.Matrix,
            Right = weight.Transposed,
            Result = y.ValueMemory,
            ResultStride = y.Columns,
            Bias = bias?.ValueMemory ?? default,
        });
        if (operation.HasEpilogue)
        {
            operation.ForRows(ForwardPass, y.Rows, y.Columns);
        }
        else
        {
            // The gradients are products of x, W and ∂L/∂y alone.
            y.DeclareNotReadByMaker();
        }

        return tape.Record(operation, y, x.NeedsGradient || weight.NeedsGradient || bias is { NeedsGradient: true });
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        _ = _y.AddToGradient(out NumberBuffer gradient);
        if (HasEpilogue)
        {
            // g takes the place of ∂L/∂y, which nobody reads afterwards.
            ForRows(BackwardPass, _y.Rows, _y.Columns);
        }

        long roundedLength = Tape.RoundedLength(_y.Rows, _y.Columns);
        NumberBuffer rounded = Tape.TakeScratch(roundedLength);
        Matrix g = Tape.Round(new Matrix(gradient, _y.Columns), _y.Rows, _y.Columns, rounded);
        if (_weight.NeedsGradient)
        {
            float beta = _weight.AddToGradient(out NumberBuffer gradWeight);
            Tape.Multiply(new ProductTask
            {
                Rows = _weight.Rows,
                Columns = _weight.Columns,
                Depth = _x.Rows,
                Left = g with { IsTransposed = true },
                Right = _x.Matrix,
                Result = gradWeight,
                ResultStride = _weight.Columns,
                Beta = beta,
            });
        }

        if (_bias is { NeedsGradient: true })
        {
            Tape.AddColumnSums(gradient, _y.Rows, _y.Columns, _bias);
        }

        if (_x.NeedsGradient)
        {
            float beta = _x.AddToGradient(out NumberBuffer gradX);
            Tape.Multiply(new ProductTask
            {
                Rows = _x.Rows,
                Columns = _x.Columns,
                Depth = _y.Columns,
                Left = g,
                Right = _weight.Matrix,
                Result = gradX,
                ResultStride = _x.Columns,
                Beta = beta,
            });
        }

        Tape.ReleaseScratch(rounded, roundedLength);
    }

    private bool HasEpilogue => _f != Nonlinearity.None || _dropoutRate > 0;

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        int first = firstRow * _y.Columns;
        Span<float> y = _y.Values.Slice(first, rowCount * _y.Columns);
        if (pass == ForwardPass)
        {
            Forward(y, first);
        }
        else
        {
            Backward(y, _y.Gradient.Slice(first, y.Length), first);
        }
    }

    private void Forward(Span<float> y, int first)
    {
        if (_f == Nonlinearity.Relu)
        {
            TensorPrimitives.Max(y, 0, y);
        }
        else if (_f == Nonlinearity.Tanh)
        {
            TensorPrimitives.Tanh(y, y);
        }

        if (_dropoutRate > 0)
        {
            DropoutMask.Apply(y, y, _dropoutRate, _dropoutKey, first);
        }
    }

    private void Backward(ReadOnlySpan<float> y, Span<float> gradient, int first)
    {
        if (_dropoutRate > 0)
        {
            DropoutMask.Apply(gradient, gradient, _dropoutRate, _dropoutKey, first);
        }

        if (_f == Nonlinearity.Relu)
        {
            NonlinearityGradient.Relu(y, gradient);
        }
        else if (_f == Nonlinearity.Tanh)
        {
            NonlinearityGradient.Tanh(y, 1 - _dropoutRate, gradient);
        }
    }
}
