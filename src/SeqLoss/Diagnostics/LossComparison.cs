using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using SeqLoss.Diagnostics.Comparison;

namespace SeqLoss.Diagnostics;

/// <summary>What every framework makes of the same scores and targets, and which gives a number that somebody has in hand.</summary>
/// <remarks>
/// Frameworks agree on a token's loss but for label smoothing; they differ in what they divide by, and in what counts. Each row is one
/// convention that can express the input; the table is tested against <see cref="Conventions"/>.
/// </remarks>
public static class LossComparison
{
    /// <summary>Computes every convention that applies, and near misses where none gives the expected number.</summary>
    /// <param name="scores">Scores in the layout's order.</param>
    /// <param name="targets">Ids or distributions.</param>
    /// <param name="form">What the scores are.</param>
    /// <param name="weights">What counts, and how much.</param>
    /// <param name="options">Layout, smoothing and the rest; reduction and empty policy are the conventions' own.</param>
    /// <param name="expected">The number in hand, if there is one.</param>
    /// <param name="cancellation">Looked at before each pass over the scores.</param>
    /// <returns>
    /// SeqLoss's token mean, then the conventions; and where none of them is the expected number, the mistakes that give it.
    /// </returns>
    /// <exception cref="LossInputException">Shapes do not fit together, or a counted id is not in 0..V−1.</exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<ComparisonRow> Run(
        Scores scores,
        Targets targets,
        ScoreForm form = ScoreForm.Logits,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        ExpectedLoss? expected = null,
        CancellationToken cancellation = default)
    {
        options ??= CrossEntropyOptions.Default;
        ComparedInput input = new()
        {
            Scores = scores,
            Targets = targets,
            Form = form,
            Weights = weights,
            Options = options,
            PadClass = PadClassOf(weights, options, input: scores),
        };
        IReadOnlyList<Convention> conventions = Applying(FeaturesOf(input), input);
        List<ComparisonRow> rows = [];
        Dictionary<LossDefinition, Totals> totals = [];
        foreach (Convention convention in conventions)
        {
            LossDefinition definition = input.EffectiveOf(convention.Definition);
            if (!totals.TryGetValue(definition, out Totals measured))
            {
                cancellation.ThrowIfCancellationRequested();
                measured = input.Measure(definition);
                totals.Add(definition, measured);
            }

            (double value, double divisor) = convention.Divide(measured);
            rows.Add(new(convention.Name, value, convention.DividesBy, divisor, 0, expected?.Agrees(value) ?? false, null));
        }

        Number(rows);
        if (expected is { } wanted && !rows.Any(row => row.IsExpected))
        {
            rows.AddRange(new NearMissSearch(wanted, conventions, cancellation).Run(input, totals));
        }

        return rows;
    }

    /// <summary>Rows whose numbers agree to float32's precision get the same group.</summary>
    private static void Number(List<ComparisonRow> rows)
    {
        int groups = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double value = rows[i].Value;
            ComparisonRow? same = rows.Take(i).FirstOrDefault(
                row => row.Value.Equals(value) || Math.Abs(row.Value - value) <= 1e-6 * Math.Abs(value));
            rows[i] = rows[i] with { Group = same?.Group ?? groups++ };
        }
    }

    private static List<Convention> Applying(Feature inUse, ComparedInput input)
    {
        List<Convention> applying = [];
        bool smooths = input.Options.LabelSmoothing != 0;
        foreach (Convention convention in ConventionTable.All)
        {
            bool isDefined = !smooths || convention.Definition switch
            {
                LossDefinition.SmoothingOthers => input.Grid.ClassCount >= 2,
                LossDefinition.DivergenceWithoutPad => input.Grid.ClassCount >= 3 && input.PadClass is not null,
                _ => true,
            };
            if ((inUse & ~convention.Supports) == 0 && isDefined)
            {
                applying.Add(convention);
            }
        }

        return applying;
    }

    private static Feature FeaturesOf(ComparedInput input)
    {
        double[] weights = input.EvaluateWeights();
        Feature features = Feature.None;
        void Add(Feature feature, bool isInUse) => features |= isInUse ? feature : Feature.None;

        bool areDistributions = !input.Targets.AreIds;
        CrossEntropyOptions options = input.Options;
        Add(Feature.Distributions, areDistributions);
        Add(Feature.MaskedDistributions, areDistributions && weights.Contains(0));
        Add(Feature.TokenWeights, weights.Any(weight => weight is not (0 or 1)));
        Add(Feature.ClassWeights, options.ClassWeights is not null);
        Add(Feature.Smoothing, options.LabelSmoothing != 0);
        Add(Feature.ZLoss, options.ZLoss != 0);
        Add(Feature.SoftCap, options.SoftCap is not null);
        Add(Feature.Temperature, options.Temperature != 1);
        Add(Feature.Rows, options.Layout == ScoreLayout.Nv);
        Add(Feature.Probabilities, input.Form == ScoreForm.Probabilities);
        Add(Feature.LogProbabilities, input.Form == ScoreForm.LogProbabilities);
        return features;
    }

    /// <summary>The pad index asked for, or the ignored id where it is a class.</summary>
    private static int? PadClassOf(TokenWeights? weights, CrossEntropyOptions options, Scores input)
    {
        if (options.PadIndex is { } pad)
        {
            return pad;
        }

        int classes = Planning.ScoreGrid.Of(options.Layout, input.Shape, "the scores").ClassCount;
        foreach (Planning.WeightPart part in weights?.Parts ?? [])
        {
            if (part.Kind == Planning.WeightPartKind.IgnoredId && part.IgnoredId >= 0 && part.IgnoredId < classes)
            {
                return (int)part.IgnoredId;
            }
        }

        return null;
    }
}
