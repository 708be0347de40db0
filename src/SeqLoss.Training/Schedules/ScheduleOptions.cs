using System;

namespace SeqLoss.Training.Schedules;

/// <summary>The learning rate, and how it changes. Immutable; numbers that its kind does not have are refused.</summary>
public sealed record ScheduleOptions
{
    private const double DefaultFactor = 0.5;
    private const int DefaultPatience = 3;

    /// <summary>How it changes.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>The greatest learning rate, above 0.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>The steps of a linear rise at first, at least 0; at least 1 for <see cref="ScheduleKind.InverseSquareRoot"/>.</summary>
    public long WarmUpSteps { get; init; } = 400;

    /// <summary>Where <see cref="ScheduleKind.Cosine"/> and <see cref="ScheduleKind.Plateau"/> fall no further; 0 unless given.</summary>
    public double? LeastLearningRate { get; init; }

    /// <summary>What <see cref="ScheduleKind.Plateau"/> multiplies the rate by, in (0, 1); 0.5 unless given.</summary>
    public double? Factor { get; init; }

    /// <summary>The validations in a row that <see cref="ScheduleKind.Plateau"/> lets pass without a new best; 3 unless given.</summary>
    public int? Patience { get; init; }

    /// <param name="lastStep">The step that ends training, if nothing ends it before.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the kind has none of that name; one sentence.</exception>
    internal Schedule Create(long lastStep)
    {
        bool isPlateau = Kind == ScheduleKind.Plateau;
        CheckApplies(LeastLearningRate is null || isPlateau || Kind == ScheduleKind.Cosine, nameof(LeastLearningRate));
        CheckApplies(Factor is null || isPlateau, nameof(Factor));
        CheckApplies(Patience is null || isPlateau, nameof(Patience));
        double least = LeastLearningRate ?? 0;
        int leastWarmUp = Kind == ScheduleKind.InverseSquareRoot ? 1 : 0;
        if (WarmUpSteps < leastWarmUp)
        {
            throw new ArgumentException($"The warm-up is {WarmUpSteps} steps, it has to be at least {leastWarmUp}.");
        }

        if (Patience < 0)
        {
            throw new ArgumentException($"The patience of the schedule is {Patience} validations, it has to be at least 0.");
        }

        if (Kind == ScheduleKind.Cosine && lastStep <= WarmUpSteps)
        {
            throw new ArgumentException(
                $"A cosine schedule falls after its warm-up of {WarmUpSteps} steps, but training has {lastStep}; shorten the warm-up.");
        }

        return Kind switch
        {
            ScheduleKind.InverseSquareRoot => new InverseSquareRootSchedule(LearningRate, WarmUpSteps),
            ScheduleKind.Constant => new ConstantSchedule(LearningRate, WarmUpSteps),
            ScheduleKind.Cosine => new CosineSchedule(LearningRate, WarmUpSteps, lastStep, least),
            ScheduleKind.Plateau => new PlateauSchedule(
                LearningRate, WarmUpSteps, Factor ?? DefaultFactor, Patience ?? DefaultPatience, least),
            _ => throw new ArgumentException($"There is no schedule {Kind}."),
        };
    }

    private void CheckApplies(bool applies, string name)
    {
        if (!applies)
        {
            throw new ArgumentException($"The schedule {Kind} has no {name}; leave it out.");
        }
    }
}
