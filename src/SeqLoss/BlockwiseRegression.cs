using System;
using SeqLoss.Kernels.Errors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>A regression loss of predictions that come in blocks: larger than memory, than one span, or made one after another.</summary>
/// <remarks>
/// Weights are known first, so each block's gradient is written at its final scale. Blocks follow each other along the outermost
/// axis: with the rank of the whole, or as rows of tokens, <c>[rows, D]</c> or <c>[rows]</c> where there is no feature axis;
/// <see cref="RegressionLayout.Bdt"/> takes whole sequences only.
/// </remarks>
public sealed class BlockwiseRegression
{
    private readonly RegressionRun _run = new();
    private readonly TensorShape _shape;

    private BlockwiseRegression(
        ErrorChoice error, ReadOnlySpan<nint> shape, TokenWeights? weights, RegressionOptions? options, ReadOnlySpan<double> upstream)
    {
        _shape = TensorShape.Of(shape, "the predictions");
        _run.Begin(error, _shape, weights, options, upstream);
    }

    /// <summary>What a scalar loss is divided by; NaN for reductions that are arrays.</summary>
    public double Divisor => _run.ScalarDivisor;

    /// <summary>The number of groups of the reduction in which nothing counts; see <see cref="EmptyPolicy"/>.</summary>
    public int EmptyGroups => _run.EmptyGroups;

    /// <summary>Begins a squared error; see <see cref="Regression.SquaredError"/>.</summary>
    /// <param name="shape">The shape of the whole, in the layout's order.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">Layout and reduction; <see langword="null"/>: <see cref="RegressionOptions.Default"/>.</param>
    /// <param name="upstream">∂L/∂(reduced loss) for reductions that are not scalars; empty for ones.</param>
    /// <returns>The loss, waiting for its first block.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, or a group is empty under <see cref="EmptyPolicy.Throw"/>.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    public static BlockwiseRegression SquaredError(
        ReadOnlySpan<nint> shape, TokenWeights? weights = null, RegressionOptions? options = null, ReadOnlySpan<double> upstream = default)
        => new(new(ErrorKind.Squared, 1), shape, weights, options, upstream);

    /// <summary>Begins an absolute error; see <see cref="Regression.AbsoluteError"/>.</summary>
    /// <inheritdoc cref="SquaredError"/>
    public static BlockwiseRegression AbsoluteError(
        ReadOnlySpan<nint> shape, TokenWeights? weights = null, RegressionOptions? options = null, ReadOnlySpan<double> upstream = default)
        => new(new(ErrorKind.Absolute, 1), shape, weights, options, upstream);

    /// <summary>Begins Huber's error; see <see cref="Regression.Huber"/>.</summary>
    /// <inheritdoc cref="SquaredError"/>
    public static BlockwiseRegression Huber(
        ReadOnlySpan<nint> shape, TokenWeights? weights = null, RegressionOptions? options = null, ReadOnlySpan<double> upstream = default)
        => new(new(ErrorKind.Huber, (options ?? RegressionOptions.Default).HuberDelta), shape, weights, options, upstream);

    /// <summary>Computes the next block.</summary>
    /// <param name="predictions">The next predictions.</param>
    /// <param name="targets">Their targets, of the same shape.</param>
    /// <param name="gradient">Where their gradient goes, of the same shape; may be their own memory; <c>default</c>: no gradient.</param>
    /// <exception cref="LossInputException">
    /// The block does not fit the shape, or its parts do not fit together. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">Upstream gradients are given to the whole, not to a block.</exception>
    public void Add(Scores predictions, Scores targets, Gradient gradient = default)
    {
        if (!gradient.Upstream.IsEmpty)
        {
            throw new LossOptionException("the upstream gradient is of the whole loss: give it when the loss begins.");
        }

        BlockShape.Check(_shape, predictions.Shape, _run.RowShape, "predictions");
        long positions = _run.PositionsOf(predictions.Shape);
        if (_run.PositionsFed + positions > _run.PositionCount)
        {
            throw new LossInputException(
                $"a block of {positions} positions follows {_run.PositionsFed} of {_run.PositionCount}: predictions of shape "
                + $"{_shape} have no more than that.");
        }

        RegressionRun.CheckBlock(predictions, targets, gradient);
        _run.Run(predictions, targets, gradient);
    }

    /// <summary>Ends the loss.</summary>
    /// <param name="outputs">The reduced loss and token losses of the whole, if wanted.</param>
    /// <returns>The loss, and what it counted.</returns>
    /// <exception cref="LossInputException">Blocks are missing, or an output has the wrong length.</exception>
    /// <exception cref="LossOptionException">An output of cross-entropy is wanted.</exception>
    public LossSum Complete(LossOutputs outputs = default)
    {
        if (_run.PositionsFed != _run.PositionCount)
        {
            throw new LossInputException($"{_run.PositionsFed} of {_run.PositionCount} positions have been added: all blocks are needed.");
        }

        _run.CheckOutputs(outputs);
        return _run.Complete(outputs);
    }
}
