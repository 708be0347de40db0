using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Runs the core for a framework's loss and brings the result into the framework's shape.</summary>
internal static class CoreCall
{
    /// <summary>A cross-entropy.</summary>
    /// <param name="form">What the scores are.</param>
    /// <param name="view">How the core sees the scores.</param>
    /// <param name="scores">The scores in the framework's shape.</param>
    /// <param name="targets">The targets as <see cref="ScoreView.View"/> gives them.</param>
    /// <param name="weights">What counts.</param>
    /// <param name="options">The framework's rules; the layout is the view's.</param>
    /// <param name="gradient">Where the gradient goes, in the framework's shape.</param>
    /// <param name="outputs">What else is wanted.</param>
    public static ConventionLoss CrossEntropy(
        ScoreForm form,
        ScoreView view,
        Scores scores,
        Targets targets,
        TokenWeights? weights,
        CrossEntropyOptions options,
        Gradient gradient,
        scoped LossOutputs outputs = default)
    {
        CheckShape(gradient, view.Shape, "the gradient");

        CrossEntropyRun run = CrossEntropyRun.OfThread;
        double[] reduced = new double[ValueCount(options.Reduction, view)];
        LossSum sum = run.Compute(
            form.Kind(),
            scores.Reshaped(view.Viewed),
            targets,
            weights,
            options with { Layout = view.Layout },
            gradient.Reshaped(view.Viewed),
            outputs with { Reduced = reduced });
        TensorShape? shape = options.Reduction switch
        {
            Reduction.None => view.Positions,
            Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero
                or Reduction.PerTimestep or Reduction.PerTimestepNonzero => TensorShape.Of(reduced.Length),
            _ => null,
        };
        return Result(sum, reduced, shape, run.ScalarDivisor);
    }

    /// <summary>A cross-entropy of a projection: ids <c>[N]</c> that count unless they are the ignored one.</summary>
    /// <param name="hidden"><c>[N, D]</c>.</param>
    /// <param name="projection">The vocabulary and its bias.</param>
    /// <param name="targets">Ids <c>[N]</c>.</param>
    /// <param name="ignored">The id that does not count.</param>
    /// <param name="positions">The framework's shape of the targets.</param>
    /// <param name="options">The framework's rules.</param>
    /// <param name="gradients">Where gradients go.</param>
    public static ConventionLoss LinearCrossEntropy(
        Scores hidden,
        VocabularyProjection projection,
        Targets targets,
        long ignored,
        TensorShape positions,
        CrossEntropyOptions options,
        ProjectionGradients gradients)
    {
        LinearCrossEntropyOptions linear = new() { Loss = options with { Layout = ScoreLayout.Nv } };
        LinearCrossEntropyRun run = new(linear, MatrixMultiply.LibraryInUse);
        bool isUnreduced = options.Reduction == Reduction.None;
        double[] reduced = new double[isUnreduced ? targets.Shape.Count : 1];
        LossSum sum = run.Compute(
            hidden, projection, targets, TokenWeights.FromIgnoreIndex(ignored), gradients, new() { Reduced = reduced });
        return Result(sum, reduced, isUnreduced ? positions : null, run.ScalarDivisor);
    }

    /// <summary>A regression whose last axis is features; every axis before it is a position.</summary>
    public static ConventionLoss Regression(
        ErrorChoice error,
        Scores predictions,
        Scores targets,
        TokenWeights? weights,
        TensorShape positions,
        RegressionOptions options,
        Gradient gradient)
    {
        bool isElements = positions == predictions.Shape;
        TensorShape viewed = isElements
            ? TensorShape.Of(predictions.Shape.Count)
            : new TensorShape(2, positions.Count, predictions.Shape[predictions.Shape.Rank - 1]);
        if (targets.Shape != predictions.Shape)
        {
            throw new LossInputException($"the targets have shape {targets.Shape}, but the predictions have {predictions.Shape}.");
        }

        CheckShape(gradient, predictions.Shape, "the gradient");
        if (positions.Count > Array.MaxLength)
        {
            throw new LossInputException($"{positions.Count} losses are more than {Array.MaxLength}: split the batch and add the sums.");
        }

        RegressionRun run = RegressionRun.OfThread;
        double[] reduced = new double[options.Reduction == Reduction.None ? positions.Count : 1];
        LossSum sum = run.Compute(
            error,
            predictions.Reshaped(viewed),
            targets.Reshaped(viewed),
            weights,
            options with { Layout = isElements ? RegressionLayout.N : RegressionLayout.Nd },
            gradient.Reshaped(viewed),
            new LossOutputs { Reduced = reduced });
        return Result(sum, reduced, options.Reduction == Reduction.None ? positions : null, run.ScalarDivisor);
    }

    /// <summary>A destination has the shape of the scores, or is not wanted.</summary>
    /// <exception cref="LossInputException">It has another shape.</exception>
    public static void CheckShape(Gradient destination, TensorShape scores, string name)
    {
        if (destination.IsWanted && destination.Shape != scores)
        {
            throw new LossInputException($"{name} has shape {destination.Shape}, but the scores have {scores}.");
        }
    }

    /// <summary>Joins weights of which some may be missing.</summary>
    public static TokenWeights? Join(params ReadOnlySpan<TokenWeights?> parts)
    {
        TokenWeights? joined = null;
        foreach (TokenWeights? part in parts)
        {
            joined = joined is null || part is null ? joined ?? part : joined & part;
        }

        return joined;
    }

    private static ConventionLoss Result(LossSum sum, double[] reduced, TensorShape? shape, double divisor)
    {
        // One loss without an axis is a number, reduced or not.
        bool isNumber = shape is null or { Rank: 0 };
        return new()
        {
            Value = isNumber ? reduced[0] : double.NaN,
            Values = isNumber ? null : Tensor.Create(reduced, ScoreView.Lengths(shape!.Value)),
            Divisor = shape is null ? divisor : isNumber ? 1 : double.NaN,
            Sum = sum,
        };
    }

    private static int ValueCount(Reduction reduction, ScoreView view)
    {
        ScoreGrid grid = ScoreGrid.Of(view.Layout, view.Viewed, "the scores");
        return Reducer.ValueCountOf(reduction, PositionGrid.OfTokens(grid.Sequences));
    }
}
