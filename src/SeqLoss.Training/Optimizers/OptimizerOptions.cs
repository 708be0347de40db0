using System;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>Which optimiser trains, and how. Immutable; numbers that its kind does not have are refused.</summary>
public sealed record OptimizerOptions
{
    private const double DefaultMomentum = 0.9;
    private const double DefaultWeightDecay = 0.01;

    // Section 5.3 of https://arxiv.org/abs/1706.03762: Transformers train with a shorter memory than Adam's own 0.999.
    private const double DefaultBeta1 = 0.9;
    private const double DefaultBeta2 = 0.98;
    private const double DefaultEpsilon = 1e-9;

    /// <summary>The rule.</summary>
    public OptimizerKind Kind { get; init; }

    /// <summary>μ of <see cref="Sgd"/>, in [0, 1); 0.9 unless given.</summary>
    public double? Momentum { get; init; }

    /// <summary>β₁ of <see cref="Adam"/> and <see cref="AdamW"/>, in [0, 1); 0.9 unless given.</summary>
    public double? Beta1 { get; init; }

    /// <summary>β₂ of <see cref="Adam"/> and <see cref="AdamW"/>, in [0, 1); 0.98 unless given.</summary>
    public double? Beta2 { get; init; }

    /// <summary>ε of <see cref="Adam"/> and <see cref="AdamW"/>, above 0; 1e-9 unless given.</summary>
    public double? Epsilon { get; init; }

    /// <summary>λ of <see cref="AdamW"/>, at least 0; 0.01 unless given.</summary>
    public double? WeightDecay { get; init; }

    internal Optimizer Create(ParameterSet parameters, int? threads) => Kind switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, Momentum ?? DefaultMomentum, threads),
        OptimizerKind.Adam => new Adam(
            parameters, Beta1 ?? DefaultBeta1, Beta2 ?? DefaultBeta2, Epsilon ?? DefaultEpsilon, threads),
        _ => new AdamW(
            parameters,
            WeightDecay ?? DefaultWeightDecay,
            Beta1 ?? DefaultBeta1,
            Beta2 ?? DefaultBeta2,
            Epsilon ?? DefaultEpsilon,
            threads),
    };

    internal void Check()
    {
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentException($"There is no optimiser {Kind}.");
        }

        bool isSgd = Kind == OptimizerKind.Sgd;
        Check(Momentum, nameof(Momentum), isSgd, CheckDecay);
        Check(Beta1, nameof(Beta1), !isSgd, CheckDecay);
        Check(Beta2, nameof(Beta2), !isSgd, CheckDecay);
        Check(Epsilon, nameof(Epsilon), !isSgd, CheckPositive);
        Check(WeightDecay, nameof(WeightDecay), Kind == OptimizerKind.AdamW, CheckNotNegative);
    }

    internal static void CheckDecay(double value, string name)
    {
        if (value is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}, it has to be in [0, 1).");
        }
    }

    internal static void CheckPositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}, it has to be above 0.");
        }
    }

    internal static void CheckNotNegative(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, $"{name} is {value}, it has to be at least 0.");
        }
    }

    private void Check(double? value, string name, bool applies, Action<double, string> check)
    {
        if (value is not { } given)
        {
            return;
        }

        if (!applies)
        {
            throw new ArgumentException($"The optimiser {Kind} has no {name}; leave it out.");
        }

        check(given, name);
    }
}
