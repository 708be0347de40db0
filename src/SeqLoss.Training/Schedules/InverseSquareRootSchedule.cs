using System;

namespace SeqLoss.Training.Schedules;

/// <summary>peak·√(w/s): the rate falls with the root of the step, w steps of warm-up to start from.</summary>
/// <remarks>
/// The schedule of the Transformer, D^−½·min(s^−½, s·w^−³ᐟ²), where peak = (D·w)^−½; fairseq's <c>inverse_sqrt</c> where it starts from 0.
/// </remarks>
/// <param name="peak">The learning rate of step w, above 0.</param>
/// <param name="warmUpSteps">w, at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
/// <seealso href="https://arxiv.org/abs/1706.03762">Vaswani et al., 2017, equation 3.</seealso>
public sealed class InverseSquareRootSchedule(double peak, long warmUpSteps) : Schedule(peak, CheckWarmUp(warmUpSteps))
{
    private protected override double AfterWarmUp(long step) => Peak * Math.Sqrt((double)WarmUpSteps / step);

    private static long CheckWarmUp(long warmUpSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(warmUpSteps, 1);
        return warmUpSteps;
    }
}
