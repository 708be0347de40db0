using System;

namespace SeqLoss.Training;

/// <summary>Scheduled sampling: how many of the decoder's inputs are its own predictions instead of the truth. Immutable.</summary>
public sealed record SamplingOptions
{
    /// <summary>The probability that a step is fed what the model predicts, in [0, 1], once the ramp is over.</summary>
    public double Rate { get; init; } = 0.25;

    /// <summary>The training steps over which the probability rises from 0 in a line, at least 0.</summary>
    public long RampSteps { get; init; } = 2000;

    /// <summary>The probability in a training step, counted from 1.</summary>
    public double RateAt(long step) => step >= RampSteps ? Rate : Rate * step / RampSteps;

    internal void Check()
    {
        if (Rate is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"The rate of scheduled sampling is {Rate}, it has to be in [0, 1].");
        }

        if (RampSteps < 0)
        {
            throw new ArgumentException($"The ramp of scheduled sampling has {RampSteps} steps, it has to have at least 0.");
        }
    }
}
