using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Diagnostics;
using Xunit;

namespace SeqLoss.Tests.Comparison;

/// <summary>Every near miss is named on 200 batches, from a number that was computed here by making the mistake.</summary>
public sealed class NearMissTests
{
    private const int Cases = 200;

    [Fact]
    public void CountedPadding_IsNamed()
        => IsNamed("padding counted", c => c.Sum(Ones(c), c.Ids, c.Rows) / c.Ids.Length);

    [Fact]
    public void TargetsOfTheNextStep_AreNamed()
        => IsNamed("targets shifted: each step against the target of the step after", c => Shifted(c, 1));

    [Fact]
    public void TargetsOfThePreviousStep_AreNamed()
        => IsNamed("targets shifted: each step against the target of the step before", c => Shifted(c, -1));

    [Fact]
    public void SoftmaxTwice_IsNamed() => IsNamed("softmax was taken twice", c =>
    {
        double[] rows = c.Rows;
        double[] probabilities = [.. rows.Chunk(c.Classes).SelectMany(row => ComparedCase.LogSoftmax(row).Select(Math.Exp))];
        return c.Sum(c.Mask, c.Ids, probabilities) / c.Tokens;
    });

    [Fact]
    public void ProbabilitiesAsLogits_AreNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            ComparedCase c = new(seed);
            double[] probabilities = [.. c.Rows.Chunk(c.Classes).SelectMany(row => ComparedCase.LogSoftmax(row).Select(Math.Exp))];
            float[] stored = Array.ConvertAll(probabilities, p => (float)p);
            ExpectedLoss expected = Printed(c.Sum(c.Mask, c.Ids, probabilities) / c.Tokens);
            IReadOnlyList<ComparisonRow> rows = LossComparison.Run(
                new ReadOnlyTensorSpan<float>(stored, [c.Batch, c.Time, c.Classes]),
                c.Targets,
                ScoreForm.Probabilities,
                TokenWeights.FromLengths(c.Lengths),
                expected: expected);
            Assert.Contains(rows, row => row.NearMiss?.Contains("softmax was taken twice", StringComparison.Ordinal) ?? false);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.05)]
    public void SmoothingLeftOn_IsNamed(double epsilon)
        => IsNamed(
            string.Create(CultureInfo.InvariantCulture, $"label smoothing {epsilon} left on"),
            c => c.Sum(c.Mask, c.Ids, c.Rows, epsilon, c.Classes) / c.Tokens);

    [Fact]
    public void SmoothingOfTheOtherClassesLeftOn_IsNamed()
        => IsNamed("label smoothing 0.1 left on, ε/(V − 1)", c => c.Sum(c.Mask, c.Ids, c.Rows, 0.1, c.Classes - 1) / c.Tokens);

    [Fact]
    public void MissingSmoothing_IsNamed() => IsNamed(
        "no label smoothing",
        c => c.Sum(c.Mask, c.Ids, c.Rows) / c.Tokens,
        new CrossEntropyOptions { LabelSmoothing = 0.1 });

    [Fact]
    public void AReshapeForATranspose_IsNamed() => IsNamed("other layouts: the class axis read before time", c =>
    {
        double[] rows = new double[c.Logits.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int b = i / (c.Time * c.Classes), t = i / c.Classes % c.Time, k = i % c.Classes;
            rows[i] = c.Logits[(b * c.Time * c.Classes) + (k * c.Time) + t];
        }

        return c.Sum(c.Mask, c.Ids, rows) / c.Tokens;
    });

    [Fact]
    public void TargetsInTheOtherOrder_AreNamed() => IsNamed("other layouts: the targets flattened with the other axis first", c =>
    {
        long[] ids = new long[c.Ids.Length];
        double[] mask = new double[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            int t = i / c.Batch, b = i % c.Batch;
            (ids[i], mask[i]) = (c.Ids[(b * c.Time) + t], c.Mask[(b * c.Time) + t]);
        }

        return c.Sum(mask, ids, c.Rows) / c.Tokens;
    });

    [Fact]
    public void RolledTargets_AreNamed() => IsNamed("targets rolled around, the mask not: each step against the target", c =>
    {
        long[] ids = [.. Enumerable.Range(0, c.Ids.Length).Select(i => c.Ids[(i / c.Time * c.Time) + (((i % c.Time) + 1) % c.Time)])];
        return c.Sum(c.Mask, ids, c.Rows) / c.Tokens;
    });

    [Fact]
    public void ShiftedRows_AreNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            // Flattened first and shifted then, across the ends of sequences.
            ComparedCase c = new(seed);
            double[] weights = [.. c.Mask.Skip(1), 0];
            double number = c.Sum(weights, [.. c.Ids.Skip(1), 0], c.Rows) / weights.Sum();
            IReadOnlyList<ComparisonRow> rows = LossComparison.Run(
                new ReadOnlyTensorSpan<float>(c.Logits, [c.Ids.Length, c.Classes]),
                new ReadOnlyTensorSpan<long>(c.Ids),
                ScoreForm.Logits,
                TokenWeights.FromIgnoreIndex(ComparedCase.Pad),
                new CrossEntropyOptions { Layout = ScoreLayout.Nv },
                Printed(number));
            Assert.Contains(rows, row => row.NearMiss?.Contains("the step after", StringComparison.Ordinal) ?? false);
        }
    }

    [Fact]
    public void ScoresInTheOtherOrder_AreNamed() => IsNamed("other layouts: the scores flattened with the other axis first", c =>
    {
        // Row (t, b) of the scores against target i = (b, t) of the flattened targets.
        double[] rows = new double[c.Logits.Length];
        for (int i = 0; i < c.Ids.Length; i++)
        {
            int t = i / c.Batch, b = i % c.Batch;
            c.Rows.AsSpan(((b * c.Time) + t) * c.Classes, c.Classes).CopyTo(rows.AsSpan(i * c.Classes));
        }

        return c.Sum(c.Mask, c.Ids, rows) / c.Tokens;
    });

    [Fact]
    public void ShiftedOneHotTargets_AreNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            ComparedCase c = new(seed);
            float[] oneHot = new float[c.Logits.Length];
            for (int i = 0; i < c.Ids.Length; i++)
            {
                oneHot[(i * c.Classes) + c.Ids[i]] = (float)c.Mask[i];
            }

            ReadOnlyTensorSpan<float> targets = new(oneHot, [c.Batch, c.Time, c.Classes]);
            IReadOnlyList<ComparisonRow> rows = LossComparison.Run(
                c.Scores, targets, ScoreForm.Logits, TokenWeights.FromNonzeroRows(targets), expected: Printed(Shifted(c, 1)));
            Assert.Contains(rows, row => row.NearMiss?.Contains("the step after", StringComparison.Ordinal) ?? false);
        }
    }

    [Fact]
    public void ForgottenWeights_AreNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            ComparedCase c = new(seed);
            double[] weights = [.. c.Mask.Select((w, i) => w * (0.5 + (i % 3)))];
            double[] classWeights = [.. Enumerable.Range(0, c.Classes).Select(k => 0.5 + (k % 4))];
            ExpectedLoss expected = Printed(c.Sum(c.Mask, c.Ids, c.Rows) / c.Tokens);
            Assert.Contains(
                LossComparison.Run(
                    c.Scores,
                    c.Targets,
                    ScoreForm.Logits,
                    TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(weights, [c.Batch, c.Time])),
                    expected: expected),
                row => row.NearMiss?.Contains("token weights left out", StringComparison.Ordinal) ?? false);
            Assert.Contains(
                Compare(c, expected, new CrossEntropyOptions { ClassWeights = ClassWeights.From<double>(classWeights) }),
                row => row.NearMiss == "class weights left out");
        }
    }

    [Fact]
    public void TheSum_IsNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            ComparedCase c = new(seed);
            IReadOnlyList<ComparisonRow> rows = Compare(c, Printed(c.Sum(c.Mask, c.Ids, c.Rows)));
            Assert.Contains(rows, row => row.IsExpected && row.DividesBy == "nothing");
        }
    }

    [Fact]
    public void Bits_AreNamed()
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            // fairseq logs the token mean in bits, so that one is a convention; the mean over sequences in bits is a near miss.
            ComparedCase c = new(seed);
            double sum = c.Sum(c.Mask, c.Ids, c.Rows);
            Assert.Contains(
                Compare(c, Printed(sum / c.Tokens / Math.Log(2))),
                row => row.IsExpected && row.DividesBy.Contains("bits", StringComparison.Ordinal));
            Assert.Contains(
                Compare(c, Printed(sum / c.Batch / Math.Log(2))),
                row => row.IsExpected && (row.NearMiss?.StartsWith("in bits", StringComparison.Ordinal) ?? false));
        }
    }

    [Fact]
    public void AStrangeNumber_HasNoRow()
        => Assert.DoesNotContain(Compare(new ComparedCase(1), Printed(123.456789)), row => row.IsExpected);

    private static void IsNamed(string nearMiss, Func<ComparedCase, double> mistake, CrossEntropyOptions? options = null)
    {
        for (int seed = 0; seed < Cases; seed++)
        {
            ComparedCase c = new(seed);
            double number = mistake(c);
            IReadOnlyList<ComparisonRow> rows = Compare(c, Printed(number), options);

            // A number that a convention gives as well is not a miss; by chance that happens to few.
            Assert.True(
                rows.Any(row => row.NearMiss?.Contains(nearMiss, StringComparison.Ordinal) ?? false),
                $"seed {seed}: {number:R} is not named; expected rows: {string.Join(", ", rows.Where(row => row.IsExpected))}");
        }
    }

    private static IReadOnlyList<ComparisonRow> Compare(ComparedCase c, ExpectedLoss expected, CrossEntropyOptions? options = null)
        => LossComparison.Run(c.Scores, c.Targets, ScoreForm.Logits, TokenWeights.FromLengths(c.Lengths), options, expected);

    /// <summary>The number with six digits, as a log prints it.</summary>
    private static ExpectedLoss Printed(double number) => ExpectedLoss.Parse(number.ToString("G6", CultureInfo.InvariantCulture));

    private static double[] Ones(ComparedCase c) => [.. Enumerable.Repeat(1.0, c.Ids.Length)];

    /// <summary>Step t against the target of step t + by, where there is one that counts.</summary>
    private static double Shifted(ComparedCase c, int by)
    {
        double[] weights = new double[c.Ids.Length];
        long[] ids = new long[c.Ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            int time = (i % c.Time) + by;
            if (time >= 0 && time < c.Lengths[i / c.Time])
            {
                (weights[i], ids[i]) = (1, c.Ids[i + by]);
            }
        }

        return c.Sum(weights, ids, c.Rows) / weights.Sum();
    }
}
