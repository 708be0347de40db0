using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The accuracy that is promised, and assertions of it.</summary>
/// <param name="Absolute">Of a loss; of a gradient times the greatest one.</param>
/// <param name="Relative">Of the value itself.</param>
internal readonly record struct Tolerance(double Absolute, double Relative)
{
    /// <summary>float scores against a double reference.</summary>
    public static Tolerance Single { get; } = new(1e-6, 1e-5);

    /// <summary>double scores.</summary>
    public static Tolerance Double { get; } = new(1e-12, 1e-12);

    /// <summary>double scores against differences, which are good to ten digits.</summary>
    public static Tolerance Differences { get; } = new(1e-9, 1e-9);

    /// <summary>Sums of parts.</summary>
    public static Tolerance Sums { get; } = new(1e-14, 1e-12);

    public void Loss(double expected, double actual, string what)
    {
        if (double.IsFinite(expected))
        {
            double error = Math.Abs(actual - expected);
            if (!(error <= Absolute + (Relative * Math.Abs(expected))))
            {
                Assert.Fail($"{what}: expected {expected:R}, was {actual:R}, error {error:G3}");
            }
        }
        else
        {
            Assert.True(expected.Equals(actual), $"{what}: expected {expected}, was {actual:R}");
        }
    }

    public void Losses(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Loss(expected[i], actual[i], $"{what}[{i}]");
        }
    }

    /// <summary>|error| ≤ Absolute·max|g| + Relative·|g|, and ‖error‖ ≤ Relative·‖g‖; beyond that one rounding to 16 bits.</summary>
    public void Gradient(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what, Storage storage = Storage.Single)
    {
        Assert.Equal(expected.Count, actual.Count);
        double greatest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double errors = 0, norm = 0, roundings = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            if (!double.IsFinite(expected[i]))
            {
                Assert.True(expected[i].Equals(actual[i]), $"{what}[{i}]: expected {expected[i]}, was {actual[i]:R}");
                continue;
            }

            double error = Math.Abs(actual[i] - expected[i]);
            double rounding = Rounding(storage, expected[i]);
            if (!(error <= (Absolute * greatest) + (Relative * Math.Abs(expected[i])) + rounding))
            {
                Assert.Fail($"{what}[{i}]: expected {expected[i]:R}, was {actual[i]:R}, error {error:G3}, greatest {greatest:G3}");
            }

            errors += error * error;
            norm += expected[i] * expected[i];
            roundings += rounding * rounding;
        }

        Assert.True(
            Math.Sqrt(errors) <= (Relative * Math.Sqrt(norm)) + Math.Sqrt(roundings),
            $"{what}: the norm of the error is {Math.Sqrt(errors):G3} of {Math.Sqrt(norm):G3}");
    }

    /// <summary>Every field of a sum.</summary>
    public void Sum(LossSum expected, LossSum actual, string what)
    {
        Loss(expected.Sum, actual.Sum, $"{what} Sum");
        Sums.Loss(expected.Weight, actual.Weight, $"{what} Weight");
        Sums.Loss(expected.TokenWeight, actual.TokenWeight, $"{what} TokenWeight");
        Assert.Equal(expected.NegativeLogLikelihood.HasValue, actual.NegativeLogLikelihood.HasValue);
        Loss(expected.NegativeLogLikelihood ?? 0, actual.NegativeLogLikelihood ?? 0, $"{what} NegativeLogLikelihood");
        Assert.Equal(Counts(expected), Counts(actual));
    }

    /// <summary>Half the distance to the next number of 11 bits (at least 2⁻²⁴) or of 8 bits.</summary>
    private static double Rounding(Storage storage, double value) => storage switch
    {
        Storage.Half => Math.Max(Math.Abs(value) * Math.Pow(2, -11), Math.Pow(2, -25)),
        Storage.BFloat16 => Math.Abs(value) * Math.Pow(2, -8),
        _ => 0,
    };

    private static (long NonZero, long Elements, long Sequences, long Valid, long Tokens, long? Correct) Counts(LossSum sum)
        => (sum.NonZero, sum.Elements, sum.Sequences, sum.Valid, sum.Tokens, sum.Correct);
}
