using System;
using System.Collections.Generic;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>Assertions on losses and gradients of projections.</summary>
internal static class ProjectionAssert
{
    /// <summary>The accuracy promised for the norm of each gradient.</summary>
    public const double Norm = 1e-5;

    /// <summary>Logits are rounded to float once before the loss is computed.</summary>
    private static readonly Tolerance Loss = new(4e-6, 1e-5);

    /// <summary>Everything that a call answers, against the double reference.</summary>
    public static void IsRight(ProjectionCase c, ProjectionOutcome outcome, CallSettings settings, double norm = Norm)
    {
        CrossEntropyCase loss = c.Loss;
        Positions positions = CrossEntropyReference.PositionsOf(loss);
        double[] losses = CrossEntropyReference.TokenLosses(loss);
        Loss.Sum(CrossEntropyReference.Sum(loss), outcome.Sum, $"{c}: sum");
        Loss.Losses(positions.Reduce(losses, settings.Reduction, settings.Empty), outcome.Reduced, $"{c}: reduced");
        Loss.Losses(positions.Reduce(losses, Reduction.None), outcome.TokenLoss, $"{c}: token loss");
        for (int token = 0; token < loss.Tokens; token++)
        {
            if (positions.Weight[token] == 0)
            {
                Assert.Equal((0.0, 0.0, -1), (outcome.LogSumExp[token], outcome.Entropy[token], outcome.ArgMax[token]));
                continue;
            }

            double[] gaps = CrossEntropyReference.NegativeLogProbabilities(
                loss, loss.Scores.AsSpan(token * loss.Classes, loss.Classes), out double logSumExp);
            double entropy = 0;
            Array.ForEach(gaps, gap => entropy += double.IsInfinity(gap) ? 0 : gap * Math.Exp(-gap));
            Loss.Loss(logSumExp, outcome.LogSumExp[token], $"{c}: log-sum-exp[{token}]");
            Loss.Loss(entropy, outcome.Entropy[token], $"{c}: entropy[{token}]");
        }

        (double[] hidden, double[] vocabulary, double[] bias) = c.Gradients(settings.Reduction, settings.Upstream);
        HasNormOf(hidden, outcome.Hidden, $"{c}: hidden", norm);
        HasNormOf(vocabulary, outcome.Vocabulary, $"{c}: vocabulary", norm);
        HasNormOf(bias, outcome.Bias, $"{c}: bias", norm);
    }

    /// <summary>‖actual − expected‖ ≤ norm·‖expected‖.</summary>
    public static void HasNormOf(IReadOnlyList<double> expected, IReadOnlyList<float> actual, string what, double norm = Norm)
    {
        (double error, double size) = Difference(expected, actual);
        Assert.True(error <= (norm * size) + 1e-30, $"{what}: the norm of the error is {error:G3} of {size:G3}");
    }

    /// <summary>The norms of the error and of what is expected.</summary>
    public static (double Error, double Size) Difference(IReadOnlyList<double> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        double errors = 0, sizes = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            errors += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            sizes += expected[i] * expected[i];
        }

        return (Math.Sqrt(errors), Math.Sqrt(sizes));
    }

    /// <summary>The same bits in everything but the times.</summary>
    public static void AreSame(ProjectionOutcome expected, ProjectionOutcome actual)
    {
        Assert.Equal(expected.Sum, actual.Sum);
        Assert.Equal(expected.TokenLoss, actual.TokenLoss);
        Assert.Equal(expected.Hidden, actual.Hidden);
        Assert.Equal(expected.Vocabulary, actual.Vocabulary);
        Assert.Equal(expected.Bias, actual.Bias);
    }
}
