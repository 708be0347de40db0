using System;
using System.Linq;

namespace SeqLoss.Referee;

/// <summary>Compares SeqLoss's answer to a case with the framework's.</summary>
internal static class Judge
{
    /// <summary>The verdict on a case.</summary>
    /// <param name="c">The case.</param>
    /// <returns>What kind of agreement or difference, and for a difference the numbers.</returns>
    public static (string Verdict, string? Evidence) Of(RefereeCase c)
    {
        double[] value, gradient;
        try
        {
            value = Contestant.Compute(c, out gradient);
        }
        catch (ArgumentException refusal)
        {
            return c.Refused is null ? ("refused by SeqLoss alone", refusal.Message) : ("refused by both", null);
        }

        if (c.Refused is not null)
        {
            return ("refused by the framework alone", c.Refused);
        }

        double tolerance = c.IsSingle ? 2e-5 : 1e-11;
        if (Difference(c.Selected ?? c.Value, value, tolerance) is { } wrongValue)
        {
            return ("values differ", wrongValue);
        }

        if (Difference(c.Gradient, gradient, tolerance) is not { } wrongGradient)
        {
            return (c.Selected is null ? "value and gradient agree" : "0·∞: value NaN in the framework, by its formula in SeqLoss", null);
        }

        // SeqLoss keeps NaN out of gradients where the framework multiplies it through.
        bool isFrameworksNaN = c.Gradient.Any(double.IsNaN) && gradient.All(double.IsFinite);
        return !isFrameworksNaN ? ("gradients differ", wrongGradient)
            : c.Value.All(double.IsNaN) && gradient.All(g => g == 0) ? ("empty mean: NaN gradient in the framework, 0 in SeqLoss", null)
            : c.Input.Contains(double.NegativeInfinity) ? ("0·∞: gradient NaN in the framework, finite in SeqLoss", null)
            : ("gradients differ", wrongGradient);
    }

    /// <summary>The first difference; NaN equals NaN.</summary>
    private static string? Difference(double[] expected, double[] actual, double tolerance)
    {
        if (expected.Length != actual.Length)
        {
            return $"{actual.Length} elements instead of {expected.Length}";
        }

        double greatest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Equals(actual[i]) && !(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, greatest)))
            {
                return $"element {i} is {actual[i]:R} instead of {expected[i]:R}";
            }
        }

        return null;
    }
}
