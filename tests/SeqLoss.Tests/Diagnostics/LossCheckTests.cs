using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Diagnostics;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>What the check promises of every input, and the sentences of some findings.</summary>
public sealed class LossCheckTests
{
    private static readonly float[] Logits =
        [1, 0.5f, 2, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f, 0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1];

    private static readonly int[] Ids = [0, 1, 2, 0, 2, 0];

    private static ReadOnlyTensorSpan<float> Scores => new(Logits, [2, 3, 3]);

    private static ReadOnlyTensorSpan<int> Targets => new(Ids, [2, 3]);

    /// <summary>A mask that selects (a prompt, a hole, a last step) says nothing about ends, unless it counts behind one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMaskThatSelects_DisagreesOnlyBehindAnEnd(bool countsBehind)
    {
        const int Batch = 4, Time = 8, Classes = 11;
        Random random = new(7);
        long[] ids = [.. Enumerable.Range(0, Batch * Time).Select(_ => (long)random.Next(Classes))];
        float[] logits = [.. Enumerable.Range(0, Batch * Time * Classes).Select(_ => (float)random.NextDouble())];
        double[] mask = [.. Enumerable.Range(0, Batch * Time).Select(i => i % Time is 0 or 3 or >= 6 ? 0.0 : 1)];
        mask[Time + 6] = countsBehind ? 1 : 0;
        RawWeights weights = new() { Lengths = [8, 6, 8, 7], Mask = Tensor.Create(mask, [Batch, Time]) };
        CheckReport report = LossCheck.Run(
            ScoreForm.Logits,
            new ReadOnlyTensorSpan<float>(logits, [Batch, Time, Classes]),
            new ReadOnlyTensorSpan<long>(ids, [Batch, Time]),
            weights);
        Assert.Equal(countsBehind, report.Findings.Any(finding => finding.Id == "SL008"));
    }

    [Fact]
    public void Layout_MakesNoDifference()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            CheckCase c = Spoiled(seed);
            string expected = Describe(c with { Order = AxisOrder.BatchTimeClass });
            Assert.Equal(expected, Describe(c with { Order = AxisOrder.TimeBatchClass }));
            Assert.Equal(expected, Describe(c with { Order = AxisOrder.BatchClassTime }));
        }
    }

    [Fact]
    public void WhatDoesNotCount_MakesNoDifference()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            CheckCase c = Spoiled(seed);
            string expected = Describe(c);
            for (int token = 0; token < c.Count; token++)
            {
                if (!c.Counts(token / c.Time, token % c.Time))
                {
                    c.Scores.AsSpan(token * c.Classes, c.Classes).Fill(double.NaN);
                }
            }

            Assert.Equal(expected, Describe(c));
        }
    }

    [Fact]
    public void Report_SaysWhatWasLookedAt()
    {
        RawWeights weights = new() { Lengths = [3, 2] };
        CheckReport report = LossCheck.Run(ScoreForm.Logits, Scores, Targets, weights, new() { LabelSmoothing = 0.1 });
        LossSum loss = CrossEntropy.FromLogits(
            Scores, Targets, TokenWeights.FromLengths((ReadOnlySpan<int>)[3, 2]), new() { LabelSmoothing = 0.1 });
        Assert.Empty(report.Findings);
        Assert.False(report.HasError);
        Assert.Equal((6, 5), (report.Positions, report.Counted));
        Assert.Equal(loss.Mean, report.Loss, 1e-12);
    }

    [Fact]
    public void Shapes_ThatFitNoLayout_AreRefusedAsTheLossRefusesThem()
    {
        LossInputException ofLoss = Assert.Throws<LossInputException>(
            () => CrossEntropy.FromLogits(Scores, new ReadOnlyTensorSpan<int>(new int[5])));
        LossInputException ofCheck = Assert.Throws<LossInputException>(
            () => LossCheck.Run(ScoreForm.Logits, Scores, new ReadOnlyTensorSpan<int>(new int[5])));
        Assert.Equal(ofLoss.Message, ofCheck.Message);
        Assert.Throws<LossInputException>(() => LossCheck.Run(ScoreForm.Logits, Scores, Targets, new() { Lengths = [1, 2, 3, 3] }));
        Assert.Throws<LossInputException>(() => LossCheck.Run(ScoreForm.Logits, Scores, Targets, new() { ClassWeights = [1, 2] }));
    }

    [Fact]
    public void Options_AreRefusedAsTheLossRefusesThem()
    {
        Assert.Throws<LossOptionException>(() => LossCheck.Run((ScoreForm)7, Scores, Targets));
        Assert.Throws<LossOptionException>(() => LossCheck.Run(ScoreForm.Logits, Scores, Targets, options: new() { LabelSmoothing = 2 }));
        Assert.Throws<LossOptionException>(() => LossCheck.Run(ScoreForm.Probabilities, Scores, Targets, options: new() { ZLoss = 1 }));
        CrossEntropyOptions options = new() { ClassWeights = ClassWeights.From([1.0, 1, 1]) };
        Assert.Throws<LossOptionException>(
            () => LossCheck.Run(ScoreForm.Logits, Scores, Targets, new() { ClassWeights = [1, 1, 1] }, options));
    }

    [Fact]
    public void EmptyInput_HasNothingCounted()
    {
        Finding finding = Assert.Single(LossCheck.Run(
            ScoreForm.Logits, Tensor.CreateFromShape<float>([0, 3, 4]), Tensor.CreateFromShape<int>([0, 3])).Findings);
        Assert.Equal("SL002", finding.Id);
    }

    [Fact]
    public void Cancelled_Throws() => Assert.Throws<OperationCanceledException>(
        () => LossCheck.Run(ScoreForm.Logits, Scores, Targets, cancellation: new CancellationToken(canceled: true)));

    [Fact]
    public void PadIndexAsTarget_IsAnErrorThatTheLossRefuses()
    {
        CrossEntropyOptions options = new() { LabelSmoothing = 0.1, Smoothing = SmoothingKind.OthersButPad, PadIndex = 2 };
        Assert.Throws<LossInputException>(() => CrossEntropy.FromLogits(Scores, Targets, options: options));
        Finding finding = Assert.Single(LossCheck.Run(ScoreForm.Logits, Scores, Targets, options: options).Findings);
        Assert.Equal(("SL007", FindingSeverity.Error, "[b=0, t=2]"), (finding.Id, finding.Severity, finding.Position.ToString()));
    }

    [Fact]
    public void RenormalisingClip_AllowsAnySum()
    {
        double[] values = [0.2, 0.3, 0.1, 0.9, 0.9, 0.1];
        ReadOnlyTensorSpan<double> scores = new(values, [2, 3]);
        ReadOnlyTensorSpan<int> ids = new([0, 1]);
        CrossEntropyOptions options = new() { Layout = ScoreLayout.Nv };
        CrossEntropyOptions keras = options with { Clip = new() { Min = 1e-7, Max = 1, Renormalize = true } };
        CheckReport plain = LossCheck.Run(ScoreForm.Probabilities, scores, ids, options: options);
        CheckReport renormalised = LossCheck.Run(ScoreForm.Probabilities, scores, ids, options: keras);
        Assert.Contains(plain.Findings, finding => finding.Id == "SL006");
        Assert.DoesNotContain(renormalised.Findings, finding => finding.Id == "SL006");
        Assert.Equal(CrossEntropy.FromProbabilities(scores, ids, options: keras).Mean, renormalised.Loss, 1e-12);
    }

    [Fact]
    public void EndMarkerThatOccursInsideToo_IsNoPadding()
    {
        Random random = new(1);
        CheckCase c = new()
        {
            Batch = 60,
            Time = 8,
            Classes = 5,
            Scores = new double[60 * 8 * 5],
            Ids = [.. Enumerable.Range(0, 60 * 8).Select(i => i % 8 == 7 ? 3 : (long)random.Next(5))],
        };
        Assert.Empty(c.Run().Findings);
    }

    [Fact]
    public void SoftmaxOverTheWrongAxis_IsNamed()
    {
        Needs needs = new() { HasTime = true, AreIds = true, Form = ScoreForm.Logits, LeavesPadding = true };
        CheckCase c = SoundCases.Draw(new Random(3), needs);
        double[] overTime = new double[c.Scores.Length];
        for (int b = 0; b < c.Batch; b++)
        {
            for (int v = 0; v < c.Classes; v++)
            {
                double[] column = [.. Enumerable.Range(0, c.Time).Select(t => Math.Exp(c.Scores[(((b * c.Time) + t) * c.Classes) + v]))];
                for (int t = 0; t < c.Time; t++)
                {
                    overTime[(((b * c.Time) + t) * c.Classes) + v] = column[t] / column.Sum();
                }
            }
        }

        c = c with { Scores = overTime, Form = ScoreForm.Probabilities, Order = AxisOrder.BatchTimeClass, Storage = Storage.Single };
        Finding finding = Assert.Single(c.Run().Findings, finding => finding.Id == "SL006");
        Assert.Contains("along another axis they do sum to 1", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RoundedNumbersInWiderStorage_KeepTheirTolerance()
    {
        // Probabilities of a BF16 model, saved as float32 since numpy has no BF16: their sums miss one by up to 2^-8.
        double[] probabilities = SoundCases.Normalised(
            [.. Enumerable.Range(0, 64 * 30).Select(i => 3 * Math.Sin(i * i))], 30, areLogs: false);
        CheckCase c = new()
        {
            Batch = 4,
            Time = 16,
            Classes = 30,
            Scores = Array.ConvertAll(probabilities, value => ScoreArray.Round(Storage.BFloat16, value)),
            Form = ScoreForm.Probabilities,
            Ids = [.. Enumerable.Range(0, 64).Select(i => (long)(i * 7 % 30))],
        };
        Assert.DoesNotContain(c.Run().Findings, finding => finding.Id == "SL006");
        Assert.Contains((c with { Form = ScoreForm.Logits }).Run().Findings, finding => finding.Id == "SL004");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Findings_AreInTheOrderOfTheirIds(int seed)
    {
        IReadOnlyList<Finding> findings = Spoiled(seed).Run().Findings;
        Assert.True(findings.Count > 2);
        Assert.Equal(findings.Select(finding => finding.Id).Order(StringComparer.Ordinal), findings.Select(finding => finding.Id));
    }

    /// <summary>A sound case with several mistakes at once.</summary>
    private static CheckCase Spoiled(int seed)
    {
        Random random = new(seed);
        Needs needs = new() { HasTime = true, AreIds = true, Form = ScoreForm.Logits, IsSmall = true, LeastCounted = 20 };
        CheckCase c = SoundCases.Draw(random, needs);
        List<(int B, int T)> counted = c.CountedPositions();
        (int b, int t) = counted[random.Next(counted.Count)];
        c.Ids[(b * c.Time) + t] = c.Classes;
        (b, t) = counted[random.Next(counted.Count)];
        c.Scores[((b * c.Time) + t) * c.Classes] = double.NaN;
        double[] weights = [.. Enumerable.Range(0, c.Count).Select(i => i % 7 == 3 ? -1.0 : 1)];
        return c with { Storage = Storage.Single, TokenWeights = weights };
    }

    private static string Describe(CheckCase c)
        => string.Join('\n', c.Run().Findings.Select(finding => $"{finding.Id} {finding.Severity} {finding.Position} {finding.Cure}"));
}
