using System;

namespace SeqLoss.Training.Schedules;

/// <summary>The learning rate of each step.</summary>
/// <remarks>
/// During the warm-up of w steps the rate of step s, counted from 1, is peak·s/w: it reaches the peak with the last of them. What follows
/// depends on the schedule. The rate is a function of the step, and for <see cref="PlateauSchedule"/> of the validations so far.
/// </remarks>
public abstract class Schedule
{
    private protected Schedule(double peak, long warmUpSteps)
    {
        if (!(peak > 0 && double.IsFinite(peak)))
        {
            throw new ArgumentOutOfRangeException(nameof(peak), $"The learning rate is {peak}, it has to be above 0.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(warmUpSteps);
        (Peak, WarmUpSteps) = (peak, warmUpSteps);
    }

    /// <summary>The greatest rate.</summary>
    public double Peak { get; }

    /// <summary>w.</summary>
    public long WarmUpSteps { get; }

    /// <summary>The rate of a step, counted from 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public double RateAt(long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return step < WarmUpSteps ? Peak * step / WarmUpSteps : AfterWarmUp(step);
    }

    /// <summary>The rate of a step from the last of the warm-up on.</summary>
    private protected abstract double AfterWarmUp(long step);
}
