using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Comparison;

/// <summary>Tries the mistakes that people make, each under every convention, and keeps those that give the expected number.</summary>
/// <param name="expected">The number in hand.</param>
/// <param name="conventions">The conventions that apply.</param>
/// <param name="cancellation">Looked at before each pass over the scores.</param>
internal sealed class NearMissSearch(ExpectedLoss expected, IReadOnlyList<Convention> conventions, CancellationToken cancellation)
{
    private static readonly double[] CommonSmoothings = [0.1, 0.2, 0.05, 0.15, 0.01, 0.3];

    private readonly List<ComparisonRow> found = [];

    /// <summary>The near misses, the likelier first; none of more than one mistake.</summary>
    /// <param name="input">The input as given.</param>
    /// <param name="totals">What has been measured of it.</param>
    public IReadOnlyList<ComparisonRow> Run(ComparedInput input, IReadOnlyDictionary<LossDefinition, Totals> totals)
    {
        TryUnits(input, totals);
        TryDivisors(input, totals);
        TryPadding(input);
        TryWeights(input);
        TryScores(input);
        TrySmoothings(input);
        if (AsIds(input, out ComparedInput ofIds))
        {
            TryShift(ofIds, 1, "the target of the step after");
            TryShift(ofIds, -1, "the target of the step before");
            TryOtherOrder(ofIds);
        }

        TryLayouts(input);
        return found;
    }

    private void TryUnits(ComparedInput input, IReadOnlyDictionary<LossDefinition, Totals> totals)
    {
        foreach (Convention convention in conventions)
        {
            Totals measured = totals[input.EffectiveOf(convention.Definition)];
            (double value, double divisor) = convention.Divide(measured);
            Keep(convention, value / Math.Log(2), divisor, "in bits: divided by ln 2");
            Keep(convention, value / Math.Log(10), divisor, "in base 10: divided by ln 10");
            Keep(convention, Math.Exp(value), divisor, "a perplexity: e to the power of it");
        }
    }

    /// <summary>Divisors of conventions that do not apply here, of each definition of the losses.</summary>
    private void TryDivisors(ComparedInput input, IReadOnlyDictionary<LossDefinition, Totals> totals)
    {
        foreach (Convention convention in conventions)
        {
            Totals measured = totals[input.EffectiveOf(convention.Definition)];
            LossSum sum = measured.Sum;
            void TryDivisor(string words, double value, double divisor)
                => Keep(convention with { DividesBy = words }, value, divisor, "another divisor");

            TryDivisor("nothing", sum.Sum, 1);
            TryDivisor("every position, padding included", sum.Sum / Math.Max(1, sum.Elements), sum.Elements);
            TryDivisor("the sequences", sum.Sum / Math.Max(1, sum.Sequences), sum.Sequences);
            TryDivisor("each sequence by its weights, then their number", measured.MeanPerExample, double.NaN);
        }
    }

    private void TryPadding(ComparedInput input)
    {
        if (input.Weights is not null)
        {
            Try(input with { Weights = null }, "padding counted: no mask, lengths, weights or ignored id");
        }
    }

    private void TryWeights(ComparedInput input)
    {
        double[] weights = input.EvaluateWeights();
        if (Array.Exists(weights, weight => weight is not (0 or 1)))
        {
            double[] ones = Array.ConvertAll(weights, weight => weight == 0 ? 0.0 : 1);
            nint[] lengths = ScoreView.Lengths(input.Grid.Sequences.Shape);
            TokenWeights mask = TokenWeights.FromMask(new ReadOnlyTensorSpan<double>(ones, lengths));
            Try(input with { Weights = mask }, "token weights left out: 1 for what counts");
        }

        if (input.Options.ClassWeights is not null)
        {
            Try(input with { Options = input.Options with { ClassWeights = null } }, "class weights left out");
        }
    }

    private void TryScores(ComparedInput input)
    {
        switch (input.Form)
        {
            case ScoreForm.Logits:
                TryMeasured(input, "probabilities as logits: softmax was taken twice", isSoftmaxTwice: true);
                break;
            case ScoreForm.Probabilities:
                Try(
                    input with { Form = ScoreForm.Logits },
                    "probabilities as logits: softmax was taken twice");
                break;
            default:
                break;
        }
    }

    private void TrySmoothings(ComparedInput input)
    {
        foreach (double epsilon in CommonSmoothings)
        {
            if (epsilon != input.Options.LabelSmoothing)
            {
                TrySmoothing(input, epsilon, $"label smoothing {Text.Of(epsilon)} left on");
            }
        }

        if (input.Options.LabelSmoothing != 0)
        {
            TrySmoothing(input, 0, "no label smoothing");
        }
    }

    private void TrySmoothing(ComparedInput input, double epsilon, string change)
    {
        CrossEntropyOptions options = input.Options with { LabelSmoothing = epsilon };
        Try(input with { Options = options }, change);
        if (epsilon != 0 && input.Grid.ClassCount > 1)
        {
            options = options with { Smoothing = SmoothingKind.Others, PadIndex = null };
            Try(input with { Options = options }, $"{change}, \u03b5/(V \u2212 1) on the other classes");
        }
    }

    /// <summary>One-hot targets as ids, which can be moved about; false where they are no ids even so.</summary>
    private static bool AsIds(ComparedInput input, out ComparedInput ofIds)
    {
        ofIds = input;
        if (input.Targets.AreIds)
        {
            return true;
        }

        int[] greatest = input.GreatestTargets();
        ofIds = input with { Targets = new ReadOnlyTensorSpan<int>(greatest, ScoreView.Lengths(input.Grid.Sequences.Shape)) };
        double oneHot = ofIds.Measure(LossDefinition.AsGiven).Sum.Sum;
        return Math.Abs(oneHot - input.Measure(LossDefinition.AsGiven).Sum.Sum) <= 1e-6 * Math.Abs(oneHot);
    }

    /// <summary>Pairs each step with the target of another, and leaves out the steps that then have none.</summary>
    private void TryShift(ComparedInput input, int by, string change)
    {
        // Rows without sequences are one: people flatten first and shift then.
        SequenceGrid grid = input.Grid.Sequences;
        int time = grid.IsRows ? grid.Batch : grid.Time;
        if (time < 2)
        {
            return;
        }

        long[] ids = input.CopyIds();
        double[] weights = input.EvaluateWeights();
        long[] shifted = new long[ids.Length];
        double[] ofTarget = new double[ids.Length];
        double[] ofStep = new double[ids.Length];
        double[] rolled = new double[ids.Length];
        int stride = grid.IsTimeMajor ? grid.Batch : 1;
        for (int token = 0; token < ids.Length; token++)
        {
            int step = grid.IsRows ? token : grid.TimeOf(token);
            int from = token + ((((step + by + time) % time) - step) * stride);
            shifted[token] = ids[from];
            rolled[token] = weights[token];
            if (step + by >= 0 && step + by < time)
            {
                (ofTarget[token], ofStep[token]) = (weights[from], weights[token]);
            }
        }

        long missing = grid.IsRows ? 1 : grid.Batch;
        TryIds(input, shifted, ofTarget, $"targets shifted: each step against {change}", missing);
        TryIds(input, shifted, ofStep, $"targets shifted, the mask not: each step against {change}", missing);
        TryIds(input, shifted, rolled, $"targets rolled around, the mask not: each step against {change}", 0);
    }

    /// <summary>Flattens the targets along the other axis first, or the scores: two permutations, unless B = T.</summary>
    private void TryOtherOrder(ComparedInput input)
    {
        SequenceGrid grid = input.Grid.Sequences;
        if (grid.Batch < 2 || grid.Time < 2)
        {
            return;
        }

        int rows = grid.IsTimeMajor ? grid.Time : grid.Batch;
        int columns = grid.Count / rows;
        TryPermuted(input, i => (i % rows * columns) + (i / rows), "other layouts: the targets flattened with the other axis first");
        TryPermuted(input, i => (i % columns * rows) + (i / columns), "other layouts: the scores flattened with the other axis first");
    }

    private void TryPermuted(ComparedInput input, Func<int, int> from, string change)
    {
        long[] ids = input.CopyIds();
        double[] weights = input.EvaluateWeights();
        long[] otherIds = new long[ids.Length];
        double[] otherWeights = new double[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            (otherIds[i], otherWeights[i]) = (ids[from(i)], weights[from(i)]);
        }

        TryIds(input, otherIds, otherWeights, change, 0);
    }

    private void TryIds(ComparedInput input, long[] ids, double[] weights, string change, long missing)
    {
        nint[] lengths = ScoreView.Lengths(input.Grid.Sequences.Shape);
        TokenWeights changed = TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(weights, lengths));
        if (!Array.Exists(weights, weight => weight is not (0 or 1)))
        {
            changed = TokenWeights.FromMask(new ReadOnlyTensorSpan<double>(weights, lengths));
        }

        Targets targets = new ReadOnlyTensorSpan<long>(ids, lengths);
        Try(
            input with { Targets = targets, Weights = changed, MissingElements = missing },
            change);
    }

    /// <summary>Reads the same memory with the class axis elsewhere: what a reshape does where a transpose was needed.</summary>
    private void TryLayouts(ComparedInput input)
    {
        SequenceGrid grid = input.Grid.Sequences;
        int classes = input.Grid.ClassCount;
        if (input.Options.Layout == ScoreLayout.Nv || classes == 1 || grid.Time < 2)
        {
            return;
        }

        bool isClassBeforeTime = input.Options.Layout == ScoreLayout.Bvt;
        int outer = grid.IsTimeMajor ? grid.Time : grid.Batch;
        int inner = grid.IsTimeMajor ? grid.Batch : grid.Time;
        ScoreLayout layout = isClassBeforeTime ? ScoreLayout.Btv : ScoreLayout.Bvt;
        TensorShape shape = isClassBeforeTime ? new(3, outer, inner, classes) : new(3, outer, classes, inner);
        double[] weights = input.EvaluateWeights();
        nint[] lengths = [outer, inner];
        Targets targets = input.Targets.Reshaped(input.Targets.AreIds ? new TensorShape(2, outer, inner) : shape);
        Try(
            input with
            {
                Scores = input.Scores.Reshaped(shape),
                Targets = targets,
                Weights = TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(weights, lengths)),
                Options = input.Options with { Layout = layout },
            },
            isClassBeforeTime ? "other layouts: the class axis read as the last one" : "other layouts: the class axis read before time");
    }

    private void Try(ComparedInput input, string change) => TryMeasured(input, change, isSoftmaxTwice: false);

    private void TryMeasured(ComparedInput input, string change, bool isSoftmaxTwice)
    {
        Dictionary<LossDefinition, Totals> totals = [];
        foreach (Convention convention in conventions)
        {
            LossDefinition definition = input.EffectiveOf(convention.Definition);
            if (!totals.TryGetValue(definition, out Totals measured))
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    measured = isSoftmaxTwice ? input.MeasureSoftmaxTwice(definition) : input.Measure(definition);
                }
                catch (Exception refusal) when (refusal is LossInputException or LossOptionException)
                {
                    // What the core refuses nobody can have computed: padding that is no class, a smoothing of too few classes.
                    measured = new(new LossSum { Sum = double.NaN }, double.NaN);
                }

                totals.Add(definition, measured);
            }

            (double value, double divisor) = convention.Divide(measured);
            Keep(convention, value, divisor, change);
        }
    }

    /// <summary>Keeps the first convention of each mistake and divisor.</summary>
    private void Keep(Convention convention, double value, double divisor, string change)
    {
        if (expected.Agrees(value) && !found.Exists(row => row.NearMiss == change && row.DividesBy == convention.DividesBy))
        {
            found.Add(new(convention.Name, value, convention.DividesBy, divisor, -1, true, change));
        }
    }
}
