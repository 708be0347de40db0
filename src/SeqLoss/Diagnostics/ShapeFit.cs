using System.Collections.Generic;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>Finds in which readings the shapes fit, by the checks of the loss itself.</summary>
internal static class ShapeFit
{
    private static readonly ScoreLayout[] Layouts = [ScoreLayout.Btv, ScoreLayout.Tbv, ScoreLayout.Bvt, ScoreLayout.Nv];

    /// <summary>Why the loss refuses shapes in a layout; <see langword="null"/> if it does not.</summary>
    /// <param name="form">What the scores are.</param>
    /// <param name="scores">Their shape.</param>
    /// <param name="targets">The targets; <c>default</c> if theirs is not to be looked at.</param>
    /// <param name="options">The options, the layout among them.</param>
    /// <param name="given">The parts of the weighting.</param>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    public static LossInputException? RefusalOf(
        ScoreForm form, TensorShape scores, Targets targets, CrossEntropyOptions options, RawWeights given)
    {
        try
        {
            ScoreGrid grid = ScoreGrid.Of(options.Layout, scores, "the scores");
            CheckClassWeights(grid, given);
            CrossEntropyRun run = new();
            run.Begin(form.Kind(), scores, targets, ShapesOf(grid, given), options, default);
            return targets.AreIds || targets.Shape == scores || targets.Shape.Rank == 0 ? null : new LossInputException(
                $"the target distributions have shape {targets.Shape}, but the scores have {scores}: ids would have shape "
                + $"{grid.Sequences.Shape}.");
        }
        catch (LossInputException refusal)
        {
            return refusal;
        }
    }

    /// <summary>The readings, other than a layout's own, in which the shapes fit.</summary>
    public static List<Reading> Others(
        ScoreForm form, TensorShape scores, Targets targets, CrossEntropyOptions options, RawWeights given)
    {
        List<Reading> readings = [];
        foreach (ScoreLayout layout in Layouts)
        {
            CrossEntropyOptions other = options with { Layout = layout };
            if (layout != options.Layout && Fits(form, scores, targets, other, given))
            {
                readings.Add(new(layout, IsTransposed: false));
            }
        }

        if (targets.AreIds && targets.Shape.Rank == 2 && FitsTransposed(form, scores, targets.Shape, options, given))
        {
            readings.Add(new(options.Layout, IsTransposed: true));
        }

        return readings;
    }

    private static bool Fits(ScoreForm form, TensorShape scores, Targets targets, CrossEntropyOptions options, RawWeights given)
    {
        try
        {
            return RefusalOf(form, scores, targets, options, given) is null;
        }
        catch (LossOptionException)
        {
            // Lengths do not apply to rows.
            return false;
        }
    }

    private static bool FitsTransposed(ScoreForm form, TensorShape scores, TensorShape ids, CrossEntropyOptions options, RawWeights given)
    {
        // Scores of another rank are none of this layout; the ids are looked at here, and a mask would be transposed with them.
        RawWeights others = given with { Mask = null, TokenWeights = null, IgnoreIndex = null };
        if (!Fits(form, scores, default, options with { Reduction = Reduction.Mean }, others))
        {
            return false;
        }

        TensorShape tokens = ScoreGrid.Of(options.Layout, scores, "the scores").Sequences.Shape;
        return tokens.Rank == 2 && ids == new TensorShape(2, tokens.Length1, tokens.Length0);
    }

    private static void CheckClassWeights(ScoreGrid grid, RawWeights given)
    {
        if (given.ClassWeights is { } weights && weights.Count != grid.ClassCount)
        {
            throw new LossInputException($"there are {weights.Count} class weights, but the scores have {grid.ClassCount} classes.");
        }
    }

    /// <summary>Weights of the shapes given that let nothing count, so that no value is looked at.</summary>
    private static TokenWeights ShapesOf(ScoreGrid grid, RawWeights given)
    {
        nint[] tokens = grid.Sequences.Shape.Rank == 1
            ? [grid.Sequences.Shape.Length0]
            : [grid.Sequences.Shape.Length0, grid.Sequences.Shape.Length1];
        TokenWeights weights = TokenWeights.FromMask(Tensor.CreateFromShape<double>(tokens));
        if (given.Mask is { } mask)
        {
            weights &= TokenWeights.FromMask(Tensor.CreateFromShape<double>(mask.Lengths));
        }

        if (given.TokenWeights is { } tokenWeights)
        {
            weights &= TokenWeights.FromWeights(Tensor.CreateFromShape<double>(tokenWeights.Lengths));
        }

        if (given.Lengths is { } lengths)
        {
            weights &= TokenWeights.FromLengths(new long[lengths.Count]);
        }

        if (given.ExampleWeights is { } exampleWeights)
        {
            weights &= TokenWeights.FromExampleWeights(new double[exampleWeights.Count]);
        }

        return given.IgnoreIndex is { } id ? weights & TokenWeights.FromIgnoreIndex(id) : weights;
    }
}
