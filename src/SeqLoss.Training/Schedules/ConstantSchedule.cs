using System;

namespace SeqLoss.Training.Schedules;

/// <summary>The peak throughout.</summary>
/// <param name="peak">The learning rate, above 0.</param>
/// <param name="warmUpSteps">The steps of a linear rise before, at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
public sealed class ConstantSchedule(double peak, long warmUpSteps = 0) : Schedule(peak, warmUpSteps)
{
    private protected override double AfterWarmUp(long step) => Peak;
}
