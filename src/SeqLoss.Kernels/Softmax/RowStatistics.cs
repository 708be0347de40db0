using System;

namespace SeqLoss.Kernels.Softmax;

/// <summary>What a pass over the scores of one token finds; all that its loss and the scale of its gradient need.</summary>
/// <remarks>
/// <para>
/// The gap of a class is d = (m − x)·c for logits, −x for log-probabilities (m = 0, c = 1), −ln x for probabilities. Gaps are
/// summed rather than scores: they are not negative for logits, so nothing cancels however far the row is shifted.
/// </para>
/// <para>
/// <see cref="Rest"/> leaves out the first greatest class, whose term is exactly 1: ln Σe = log1p(Rest) keeps the last digit of a
/// confident token, where 1 + Rest would round to 1.
/// </para>
/// </remarks>
internal struct RowStatistics
{
    /// <summary>m, the greatest score; −∞ before the first.</summary>
    public double Max;

    /// <summary>The first class with the greatest score, or −1.</summary>
    public int ArgMax;

    /// <summary>Σ e^((x − m)·c) over the classes other than <see cref="ArgMax"/>; 0 for log-probabilities and probabilities.</summary>
    public double Rest;

    /// <summary>Σ e^(−d)·d for logits, where the entropy is wanted; for the other kinds the entropy itself.</summary>
    public double EntropySum;

    /// <summary>Σ q of a distribution.</summary>
    public double TargetMass;

    /// <summary>Σ q·d of a distribution.</summary>
    public double TargetGap;

    /// <summary>Σ a over the classes whose gaps <see cref="MassGap"/> sums.</summary>
    public double Mass;

    /// <summary>Σ a·d: for a distribution over all classes; for an id over the classes other than the target, with a = w.</summary>
    public double MassGap;

    /// <summary>Σ a·ln a of a distribution, where the loss subtracts the entropy of the target.</summary>
    public double NegativeEntropy;

    /// <summary>The greatest probability of the distribution, and its first class.</summary>
    public double TargetMax;

    /// <inheritdoc cref="TargetMax"/>
    public int TargetArgMax;

    public static RowStatistics Empty => new()
    {
        Max = double.NegativeInfinity,
        ArgMax = -1,
        TargetMax = double.NegativeInfinity,
        TargetArgMax = -1,
    };

    /// <summary>m where there is one, else 0: what the terms of logits are shifted by.</summary>
    public readonly double Shift => double.IsNegativeInfinity(Max) ? 0 : Max;

    /// <summary><see cref="Rest"/>, NaN where a score is +∞.</summary>
    public readonly double DefinedRest => double.IsPositiveInfinity(Max) ? double.NaN : Rest;

    /// <summary>ln Σ e^((x − m)·c).</summary>
    public readonly double LogSum => LogOfOnePlus(DefinedRest);

    /// <summary>Moves the sums to a greater maximum: each gap grows by the step, each e^(−d) shrinks by its exponential.</summary>
    public void Raise(double max, int argMax, double scale)
    {
        double step = (max - Shift) * scale;
        if (ArgMax >= 0)
        {
            double shrink = Math.Exp(-step);
            EntropySum = (EntropySum + ((1 + Rest) * step)) * shrink;
            Rest = (1 + Rest) * shrink;
        }

        // 0·∞ = 0: a row without mass so far has no gap to grow.
        TargetGap += TargetMass == 0 ? 0 : TargetMass * step;
        MassGap += Mass == 0 ? 0 : Mass * step;
        Max = max;
        ArgMax = argMax;
    }

    /// <summary>ln(1 + x) to the last digits of a small x, where <see cref="double.LogP1"/> rounds 1 + x first (Kahan).</summary>
    private static double LogOfOnePlus(double x)
    {
        double onePlus = 1 + x;
        return onePlus == 1 ? x : Math.Log(onePlus) * (x / (onePlus - 1));
    }
}
