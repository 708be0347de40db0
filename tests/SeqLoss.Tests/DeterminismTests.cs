using System;
using System.Collections.Generic;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The same bits for any number of threads. Alone, so that the workers are free and do take part.</summary>
[Collection(Exclusive.Name)]
public sealed class DeterminismTests
{
    public static TheoryData<string> Orders => ["BatchTimeClass", "TimeBatchClass", "BatchClassTime"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void CrossEntropy_HasTheSameBitsForAnyNumberOfThreads(string orderName)
    {
        // Large enough for many chunks in every layout.
        AxisOrder order = Enum.Parse<AxisOrder>(orderName);
        foreach (Storage storage in Enum.GetValues<Storage>())
        {
            CrossEntropyCase c = RandomCases.Plain(5, 4, 150, 700) with { LabelSmoothing = 0.1, ZLoss = 1e-3 };
            CrossEntropyCase clipped = RandomCases.Plain(5, 4, 150, 700) with
            {
                Door = Door.Probabilities,
                Scores = Array.ConvertAll(c.Scores, Math.Exp),
                Clip = new() { Min = 1e-3, Max = 1, Renormalize = true },
            };
            foreach (CrossEntropyCase each in new[] { c, clipped })
            {
                CallSettings settings = new() { Order = order, Storage = storage, Threads = 1 };
                Outcome one = CrossEntropyCall.Run(each, settings);
                foreach (int? threads in new int?[] { 2, 7, null })
                {
                    Outcome several = CrossEntropyCall.Run(each, settings with { Threads = threads });
                    AssertSameBits(one, several);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Regression_HasTheSameBitsForAnyNumberOfThreads(string orderName)
    {
        CrossEntropyCase values = RandomCases.Plain(6, 4, 150, 300);
        RegressionCase c = new()
        {
            Batch = 4,
            Time = 150,
            Features = 300,
            Error = RegressionError.Huber,
            Predictions = values.Scores,
            Targets = RandomCases.Plain(7, 4, 150, 300).Scores,
        };
        CallSettings settings = new() { Order = Enum.Parse<AxisOrder>(orderName), Threads = 1 };
        Outcome one = RegressionCall.Run(c, settings);
        foreach (int threads in new List<int> { 2, 7 })
        {
            AssertSameBits(one, RegressionCall.Run(c, settings with { Threads = threads }));
        }
    }

    private static void AssertSameBits(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Sum, actual.Sum);
        Assert.Equal(expected.TokenLoss, actual.TokenLoss);
        Assert.Equal(expected.Reduced, actual.Reduced);
        Assert.Equal(expected.GradientBytes, actual.GradientBytes);
    }
}
