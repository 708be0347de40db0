using System;

namespace SeqLoss.Training.Validation;

/// <summary>How often a model is judged, and when it has learned enough. Immutable.</summary>
public sealed record ValidationOptions
{
    /// <summary>The training steps between two validations, at least 1; the last step is validated in any case.</summary>
    public long EverySteps { get; init; } = 200;

    /// <summary>What decides which validation is the best, and with it when to stop and which parameters are kept.</summary>
    public ValidationMetric Metric { get; init; }

    /// <summary>Training stops after so many validations in a row without a new best, at least 1; <see langword="null"/>: never.</summary>
    public int? Patience { get; init; } = 10;

    /// <summary>A new best differs from the old one by more than this, at least 0, in the unit of the metric.</summary>
    public double MinimumDelta { get; init; }

    internal void Check(bool targetIsTokens)
    {
        if (EverySteps < 1)
        {
            throw new ArgumentException($"Validation is every {EverySteps} steps, it has to be at least 1.");
        }

        if (!Enum.IsDefined(Metric))
        {
            throw new ArgumentException($"There is no metric {Metric}.");
        }

        if (Metric != ValidationMetric.Loss && !targetIsTokens)
        {
            throw new ArgumentException($"Targets of features have no {Metric}; stop by {ValidationMetric.Loss}.");
        }

        if (Patience < 1)
        {
            throw new ArgumentException($"The patience is {Patience} validations, it has to be at least 1.");
        }

        if (!(MinimumDelta >= 0 && double.IsFinite(MinimumDelta)))
        {
            throw new ArgumentException($"The minimum delta is {MinimumDelta}, it has to be at least 0.");
        }
    }
}
