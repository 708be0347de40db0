using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Comparison;

/// <summary>Scores and targets with a way of reading them, of which conventions make their numbers.</summary>
internal readonly ref struct ComparedInput
{
    private const int BlockElements = 1 << 20;

    public required Scores Scores { get; init; }

    public required Targets Targets { get; init; }

    public required ScoreForm Form { get; init; }

    public required TokenWeights? Weights { get; init; }

    public required CrossEntropyOptions Options { get; init; }

    /// <summary>The class that padding has, where one is known.</summary>
    public int? PadClass { get; init; }

    /// <summary>Positions that a shift leaves out of the tensors altogether.</summary>
    public long MissingElements { get; init; }

    public ScoreGrid Grid => ScoreGrid.Of(Options.Layout, Scores.Shape, "the scores");

    /// <summary>The definition that stands for a definition here: without smoothing all but that of clipped probabilities agree.</summary>
    public LossDefinition EffectiveOf(LossDefinition definition)
        => Options.LabelSmoothing != 0 || (definition == LossDefinition.Keras && Form == ScoreForm.Probabilities)
            ? definition
            : LossDefinition.AsGiven;

    /// <summary>The ids as numbers; empty for distributions.</summary>
    public long[] CopyIds()
    {
        if (!Targets.AreIds)
        {
            return [];
        }

        TargetIds ids = new(Targets);
        long[] copy = new long[Targets.Shape.Count];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = ids[i];
        }

        return copy;
    }

    /// <summary>The class of the greatest target probability of each position; 0 where there is none.</summary>
    public int[] GreatestTargets()
    {
        int[] greatest = new int[Grid.Sequences.Count];
        int[] anyIds = new int[greatest.Length];
        nint[] lengths = ScoreView.Lengths(Grid.Sequences.Shape);
        CrossEntropyRun.OfThread.Compute(
            ScoreForm.Probabilities.Kind(),
            Targets.AsScores(),
            new ReadOnlyTensorSpan<int>(anyIds, lengths),
            null,
            new CrossEntropyOptions { Layout = Options.Layout },
            default,
            new LossOutputs { ArgMax = greatest });
        return Array.ConvertAll(greatest, index => Math.Max(0, index));
    }

    /// <summary>W of each position.</summary>
    public double[] EvaluateWeights()
    {
        double[] weights = new double[Grid.Sequences.Count];
        PositionWeights.Evaluate(Weights, PositionGrid.OfTokens(Grid.Sequences), new TargetIds(Targets), weights);
        return weights;
    }

    /// <summary>One pass over the scores.</summary>
    /// <exception cref="LossInputException">The core refuses the input.</exception>
    /// <exception cref="LossOptionException">The core refuses the options.</exception>
    public Totals Measure(LossDefinition definition)
    {
        CrossEntropyOptions options = OptionsOf(definition);
        double[] perExample = new double[Grid.Sequences.Batch];
        LossSum sum = CrossEntropyRun.OfThread.Compute(
            Form.Kind(), Scores, Targets, Weights, options, default, new LossOutputs { Reduced = perExample });
        return TotalsOf(sum, perExample);
    }

    /// <summary>One pass over logits that somebody has turned into probabilities before: softmax twice.</summary>
    public Totals MeasureSoftmaxTwice(LossDefinition definition)
    {
        ScoreGrid grid = Grid;
        TensorShape shape = Scores.Shape;
        Span<nint> lengths = stackalloc nint[shape.Rank];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            lengths[axis] = shape[axis];
        }

        BlockwiseCrossEntropy loss = BlockwiseCrossEntropy.FromLogits(
            lengths, Targets.AreIds ? Targets : default, Weights, OptionsOf(definition));
        bool isWholeSequences = Options.Layout == ScoreLayout.Bvt;
        nint unit = isWholeSequences ? shape.Length1 * shape.Length2 : grid.ClassCount;
        nint units = unit == 0 ? 0 : shape.Count / unit;
        nint unitsPerBlock = Math.Max(1, BlockElements / Math.Max(1, unit));
        float[] probabilities = new float[Math.Min(units, unitsPerBlock) * unit];
        for (nint first = 0; first < units; first += unitsPerBlock)
        {
            nint count = Math.Min(unitsPerBlock, units - first);
            TensorShape block = isWholeSequences ? new(3, count, shape.Length1, shape.Length2) : new(2, count, grid.ClassCount);
            TensorSpan<float> destination = new(probabilities.AsSpan(0, (int)block.Count), ScoreView.Lengths(block));
            Scores logits = Scores.Slice(first * unit, block);
            LogSoftmax.Write(logits, destination, isWholeSequences ? ScoreLayout.Bvt : ScoreLayout.Nv);
            TensorPrimitives.Exp(probabilities.AsSpan(0, (int)block.Count), probabilities);
            loss.Add(destination, Targets.AreIds ? default : Targets.Slice(first * unit, block));
        }

        double[] perExample = new double[grid.Sequences.Batch];
        return TotalsOf(loss.Complete(new LossOutputs { Reduced = perExample }), perExample);
    }

    private Totals TotalsOf(LossSum sum, double[] perExample) => new(
        sum with { Elements = sum.Elements - MissingElements },
        TensorPrimitives.Sum<double>(perExample) / Math.Max(1, perExample.Length));

    private CrossEntropyOptions OptionsOf(LossDefinition definition)
    {
        CrossEntropyOptions options = Options with { Reduction = Reduction.PerExample, Empty = EmptyPolicy.Zero };
        return definition switch
        {
            LossDefinition.SmoothingAll => options with { Smoothing = SmoothingKind.All, PadIndex = null },
            LossDefinition.SmoothingOthers => options with { Smoothing = SmoothingKind.Others, PadIndex = null },
            LossDefinition.DivergenceWithoutPad when options.LabelSmoothing > 0 => options with
            {
                Smoothing = SmoothingKind.OthersButPad,
                PadIndex = PadClass,
                SubtractTargetEntropy = true,
            },
            LossDefinition.Keras => options with
            {
                Smoothing = SmoothingKind.All,
                PadIndex = null,
                Clip = Form == ScoreForm.Probabilities ? Conventions.Keras.Clip : null,
            },
            _ => options,
        };
    }
}
