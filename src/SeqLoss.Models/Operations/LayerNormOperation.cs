using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>y = (x − μ)/√(σ² + 1e-5)·gain + bias, with the mean and the variance of each row.</summary>
/// <remarks>
/// With n = (x − μ)·r, r = 1/√(σ² + ε) and h = ∂L/∂y·gain: ∂L/∂x = r·(h − mean(h) − n·mean(h·n)), ∂L/∂gain = Σ ∂L/∂y·n and
/// ∂L/∂bias = Σ ∂L/∂y over the rows. n is computed again from x. Rows of a chunk are summed first, then the chunks, in order.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, 2016.</seealso>
public sealed class LayerNormOperation : Operation
{
    private const double Epsilon = 1e-5;
    private const int ForwardPass = 0;
    private const int BackwardPass = 1;

    private Variable _x = null!;
    private Variable _gain = null!;
    private Variable _bias = null!;
    private Variable _y = null!;

    // For each row its mean and r; on the way back for each chunk the sums for gain and bias, and a row of scratch.
    private NumberBuffer _statistics;
    private NumberBuffer _sums;

    /// <summary>Computes y.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">Rows of features, <c>[rows, D]</c>.</param>
    /// <param name="gain"><c>[1, D]</c>.</param>
    /// <param name="bias"><c>[1, D]</c>.</param>
    /// <returns>y, <c>[rows, D]</c>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Variable Apply(Tape tape, Variable x, Variable gain, Variable bias)
    {
        if (gain.Length != x.Columns || bias.Length != x.Columns)
        {
            throw new ArgumentException($"A norm of {gain.Length} and {bias.Length} values for {x}.", nameof(gain));
        }

        LayerNormOperation operation = tape.Rent<LayerNormOperation>();
        Activation y = tape.Create(x.Rows, x.Columns);
        (operation._x, operation._gain, operation._bias, operation._y) = (x, gain, bias, y);
        operation._statistics = tape.TakeScratch(2L * x.Rows);
        operation.ForRows(ForwardPass, x.Rows, x.Columns);
        return tape.Record(operation, y, x.NeedsGradient || gain.NeedsGradient || bias.NeedsGradient);
    }

    /// <inheritdoc/>
    public override void Backward()
    {
        int columns = _x.Columns;
        int chunkRows = RowsPerChunk(columns);
        int chunks = (_x.Rows + chunkRows - 1) / chunkRows;
        _sums = Tape.TakeScratch(3L * columns * chunks);
        _ = _x.NeedsGradient ? _x.Gradient : default;
        ForRows(BackwardPass, _x.Rows, columns);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            TensorPrimitives.Add(_gain.Gradient, _sums.View<float>(3L * columns * chunk, columns), _gain.Gradient);
            TensorPrimitives.Add(_bias.Gradient, _sums.View<float>((3L * columns * chunk) + columns, columns), _bias.Gradient);
        }

        Tape.ReleaseScratch(_sums, 3L * columns * chunks);
        Tape.ReleaseScratch(_statistics, 2L * _x.Rows);
    }

    /// <inheritdoc/>
    protected override void RunRows(int pass, int firstRow, int rowCount)
    {
        if (pass == ForwardPass)
        {
            Forward(firstRow, rowCount);
        }
        else
        {
            Backward(firstRow, rowCount);
        }
    }

    private void Forward(int firstRow, int rowCount)
    {
        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            ReadOnlySpan<float> x = _x.Row(row);
            Span<float> y = _y.Row(row);
            float mean = TensorPrimitives.Sum(x) / x.Length;
            TensorPrimitives.Subtract(x, mean, y);
            float scale = (float)(1 / Math.Sqrt((TensorPrimitives.SumOfSquares<float>(y) / (double)x.Length) + Epsilon));
            TensorPrimitives.Multiply(y, scale, y);
            TensorPrimitives.MultiplyAdd(y, _gain.Values, _bias.Values, y);
            Span<float> statistics = _statistics.View<float>(2L * row, 2);
            (statistics[0], statistics[1]) = (mean, scale);
        }
    }

    private void Backward(int firstRow, int rowCount)
    {
        int columns = _x.Columns;
        Span<float> sums = _sums.View<float>(3L * columns * (firstRow / RowsPerChunk(columns)), 3 * columns);
        Span<float> gainSum = sums[..columns];
        Span<float> biasSum = sums.Slice(columns, columns);
        Span<float> normal = sums[(2 * columns)..];
        gainSum.Clear();
        biasSum.Clear();
        for (int row = firstRow; row < firstRow + rowCount; row++)
        {
            ReadOnlySpan<float> statistics = _statistics.View<float>(2L * row, 2);
            Span<float> gradient = _y.Gradient.Slice(row * columns, columns);
            TensorPrimitives.Subtract(_x.Row(row), statistics[0], normal);
            TensorPrimitives.Multiply(normal, statistics[1], normal);
            TensorPrimitives.MultiplyAdd(gradient, normal, gainSum, gainSum);
            TensorPrimitives.Add(biasSum, gradient, biasSum);
            if (!_x.NeedsGradient)
            {
                continue;
            }

            // h in place of ∂L/∂y, then h − mean(h) − n·mean(h·n) in place of n.
            TensorPrimitives.Multiply(gradient, _gain.Values, gradient);
            float meanH = TensorPrimitives.Sum<float>(gradient) / columns;
            float meanHn = TensorPrimitives.Dot<float>(gradient, normal) / columns;
            Span<float> gradX = _x.Gradient.Slice(row * columns, columns);
            TensorPrimitives.Multiply(normal, -meanHn, normal);
            TensorPrimitives.Add(normal, gradient, normal);
            TensorPrimitives.Subtract(normal, meanH, normal);
            TensorPrimitives.MultiplyAdd(normal, statistics[1], gradX, gradX);
        }
    }
}
