using System;
using System.Linq;
using System.Text.Json.Nodes;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Tests.Optimizers;
using Xunit;

namespace SeqLoss.Training.Tests.Schedules;

public sealed class ScheduleTests
{
    [Fact]
    public void InverseSquareRoot_IsThatOfTheTransformer()
    {
        // Equation 3 of the article, with D = 512 and w = 4000.
        InverseSquareRootSchedule schedule = new(peak: 1 / Math.Sqrt(512 * 4000.0), warmUpSteps: 4000);
        foreach (long step in new long[] { 1, 2, 3999, 4000, 4001, 100_000 })
        {
            double expected = Math.Pow(512, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(4000, -1.5));
            Assert.Equal(expected, schedule.RateAt(step), 1e-12 * expected);
        }
    }

    [Fact]
    public void Constant_RisesAndStays()
    {
        ConstantSchedule schedule = new(0.1, warmUpSteps: 4);
        Assert.Equal([0.025, 0.05, 0.075, 0.1, 0.1, 0.1], Rates(schedule, 6), Near);
        Assert.Equal([0.1, 0.1], Rates(new ConstantSchedule(0.1), 2), Near);
    }

    [Fact]
    public void Cosine_FallsFromPeakToLeast()
    {
        CosineSchedule schedule = new(peak: 2, warmUpSteps: 2, lastStep: 6, least: 1);
        double quarter = Math.Sqrt(0.5);
        Assert.Equal([1, 2, 1.5 + (quarter / 2), 1.5, 1.5 - (quarter / 2), 1, 1], Rates(schedule, 7), Near);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Plateau_IsThatOfTorch(int index)
    {
        JsonNode golden = TrainingGolden.Root["plateaus"]![index]!;
        PlateauSchedule schedule = new(
            peak: 0.5, warmUpSteps: 2, (double)golden["factor"]!, (int)golden["patience"]!, (double)golden["least"]!);
        double[] losses = TrainingGolden.Numbers(golden["losses"]!), rates = TrainingGolden.Numbers(golden["rates"]!);
        for (int i = 0; i < losses.Length; i++)
        {
            schedule.Observe(losses[i]);
            Assert.Equal(rates[i], schedule.RateAt(2), 1e-12);
            Assert.Equal(0.25, schedule.RateAt(1), 1e-12);
        }
    }

    [Fact]
    public void Plateau_ContinuesFromItsState()
    {
        PlateauSchedule first = new(1, patience: 1), second = new(1, patience: 1);
        first.Observe(3);
        first.Observe(4);
        second.State = first.State;
        second.Observe(double.NaN);
        Assert.Equal(0.5, second.RateAt(9));
        Assert.Equal(1, first.RateAt(9));
    }

    [Fact]
    public void Options_RefuseWhatTheirKindDoesNotHave()
    {
        Assert.IsType<InverseSquareRootSchedule>(new ScheduleOptions().Create(1000));
        Assert.IsType<CosineSchedule>(new ScheduleOptions { Kind = ScheduleKind.Cosine, LeastLearningRate = 0 }.Create(1000));
        Assert.Throws<ArgumentException>(() => new ScheduleOptions { Kind = ScheduleKind.Cosine, WarmUpSteps = 7 }.Create(lastStep: 7));
        Assert.Throws<ArgumentException>(() => new ScheduleOptions { Factor = 0.5 }.Create(1000));
        Assert.Throws<ArgumentException>(() => new ScheduleOptions { Kind = ScheduleKind.Constant, LeastLearningRate = 0.1 }.Create(1000));
        Assert.ThrowsAny<ArgumentException>(() => new ScheduleOptions { WarmUpSteps = 0 }.Create(1000));
        Assert.ThrowsAny<ArgumentException>(() => new ScheduleOptions { LearningRate = double.NaN }.Create(1000));
    }

    private static double[] Rates(Schedule schedule, int count)
        => [.. Enumerable.Range(1, count).Select(step => schedule.RateAt(step))];

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
