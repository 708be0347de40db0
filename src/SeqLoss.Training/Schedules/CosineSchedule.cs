using System;

namespace SeqLoss.Training.Schedules;

/// <summary>Half a cosine from the peak at the end of the warm-up down to a least rate at the last step; that rate beyond.</summary>
/// <remarks>least + (peak − least)·(1 + cos(π·(s − w)/(n − w)))/2.</remarks>
/// <seealso href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, 2017, equation 5, without restarts.</seealso>
public sealed class CosineSchedule : Schedule
{
    private readonly long _lastStep;
    private readonly double _least;

    /// <param name="peak">The greatest learning rate, above 0.</param>
    /// <param name="warmUpSteps">w, at least 0.</param>
    /// <param name="lastStep">n, above w.</param>
    /// <param name="least">The rate of the last step, in [0, peak].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public CosineSchedule(double peak, long warmUpSteps, long lastStep, double least = 0)
        : base(peak, warmUpSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lastStep, warmUpSteps);
        if (!(least >= 0 && least <= peak))
        {
            throw new ArgumentOutOfRangeException(nameof(least), $"The least learning rate is {least}, it has to be in [0, {peak}].");
        }

        (_lastStep, _least) = (lastStep, least);
    }

    private protected override double AfterWarmUp(long step)
    {
        double part = Math.Min(1, (double)(step - WarmUpSteps) / (_lastStep - WarmUpSteps));
        return _least + ((Peak - _least) * (1 + Math.Cos(Math.PI * part)) / 2);
    }
}
