using System;
using System.Linq;

namespace SeqLoss.Tests.Reference;

/// <summary>Cross-entropy in double, written from the formulas of the documentation; shares no code with the library.</summary>
internal static class CrossEntropyReference
{
    /// <summary>W, D, validity and class mass of each position.</summary>
    public static Positions PositionsOf(CrossEntropyCase c)
    {
        Positions positions = new(c.Batch, c.Time, 1);
        for (int i = 0; i < c.Tokens; i++)
        {
            int b = i / c.Time, t = i % c.Time;
            bool isIgnored = c.Weighting.IgnoredId is { } id && c.Ids![i] == id;
            bool isZeroRow = c.Weighting.SkipsZeroRows && Row(c.Distribution!, i, c.Classes).IndexOfAnyExcept(0.0) < 0;
            positions.Valid[i] = c.Weighting.Contains(b, t, i) && !isIgnored && !isZeroRow;
            double w = positions.Valid[i] ? c.Weighting.Factor(b, i) : 0;
            positions.Weight[i] = w;
            positions.Denominator[i] = c.Ids is not null && c.ClassWeights is not null && w != 0 ? w * c.ClassWeights[c.Ids[i]] : w;
            if (c.Distribution is not null && w != 0)
            {
                ReadOnlySpan<double> q = TargetsOf(c, i);
                for (int k = 0; k < c.Classes; k++)
                {
                    positions.ClassMass[i] += w * (c.ClassWeights?[k] ?? 1) * q[k];
                }
            }
        }

        return positions;
    }

    /// <summary>ℓ of every token that counts, 0 elsewhere.</summary>
    public static double[] TokenLosses(CrossEntropyCase c)
    {
        Positions positions = PositionsOf(c);
        return [.. Enumerable.Range(0, c.Tokens).Select(i => positions.Weight[i] == 0 ? 0 : TokenLoss(c, i, Row(c.Scores, i, c.Classes)))];
    }

    /// <summary>What the library's sum must be.</summary>
    public static LossSum Sum(CrossEntropyCase c)
    {
        Positions positions = PositionsOf(c);
        LossSum sum = positions.Sum(TokenLosses(c));
        double likelihood = 0;
        long correct = 0;
        CrossEntropyCase plain = c with { LabelSmoothing = 0, ClassWeights = null, ZLoss = 0, SubtractsTargetEntropy = false };
        for (int i = 0; i < c.Tokens; i++)
        {
            if (positions.Weight[i] != 0)
            {
                ReadOnlySpan<double> scores = Row(c.Scores, i, c.Classes);
                likelihood += positions.Weight[i] * TokenLoss(plain, i, scores);
                long target = c.Ids?[i] ?? FirstGreatest(TargetsOf(c, i));
                correct += FirstGreatest(Clipped(c, scores)) == target ? 1 : 0;
            }
        }

        return sum with { NegativeLogLikelihood = likelihood, Correct = correct };
    }

    /// <summary>ℓ = −Σ a·ln p + z·lse², a = classWeight·q′, 0·ln 0 = 0; for the divergence Σ a·ln a more.</summary>
    public static double TokenLoss(CrossEntropyCase c, int token, ReadOnlySpan<double> scores)
    {
        double[] gaps = NegativeLogProbabilities(c, scores, out double logSumExp);
        double[] mass = SmoothedMass(c, token);
        double loss = 0;
        for (int k = 0; k < gaps.Length; k++)
        {
            loss += mass[k] == 0 ? 0 : mass[k] * gaps[k];
            loss += mass[k] == 0 || !c.SubtractsTargetEntropy ? 0 : mass[k] * Math.Log(mass[k]);
        }

        return c.ZLoss == 0 ? loss : loss + (c.ZLoss * logSumExp * logSumExp);
    }

    /// <summary>The gradient of Σ upstream·reduced with respect to the scores, by central differences of ℓ.</summary>
    public static double[] Gradient(CrossEntropyCase c, Reduction reduction, double[]? upstream = null)
    {
        double[] coefficients = PositionsOf(c).Coefficients(reduction, upstream);
        double[] gradient = new double[c.Scores.Length];
        for (int i = 0; i < c.Tokens; i++)
        {
            if (coefficients[i] == 0)
            {
                continue;
            }

            int token = i;
            double[] scores = Row(c.Scores, i, c.Classes).ToArray();
            double[] mass = SmoothedMass(c, i);
            for (int k = 0; k < c.Classes; k++)
            {
                double at = scores[k];
                double step = c.Door != Door.Probabilities ? 1e-3 * c.Temperature * Math.Min(1, c.SoftCap ?? 1)
                    : c.Clip is { Renormalize: true } clip ? ClippedStep(clip, scores, k, mass[k])
                    : 1e-3 * at;
                gradient[(i * c.Classes) + k] = coefficients[i] * Differences.Central(
                    x =>
                    {
                        scores[k] = x;
                        return TokenLoss(c, token, scores);
                    },
                    at,
                    step);
                scores[k] = at;
            }
        }

        return gradient;
    }

    /// <summary>The same gradient in closed form, for large vocabularies; proven against the differences in ReferenceTests.</summary>
    public static double[] ClosedFormGradient(CrossEntropyCase c, Reduction reduction, double[]? upstream = null)
    {
        double[] coefficients = PositionsOf(c).Coefficients(reduction, upstream);
        double[] gradient = new double[c.Scores.Length];
        for (int i = 0; i < c.Tokens; i++)
        {
            if (coefficients[i] == 0)
            {
                continue;
            }

            ReadOnlySpan<double> x = Row(c.Scores, i, c.Classes);
            double[] gaps = NegativeLogProbabilities(c, x, out double logSumExp);
            double[] mass = SmoothedMass(c, i);
            double slope = mass.Sum() + (2 * c.ZLoss * (c.ZLoss == 0 ? 0 : logSumExp));
            for (int k = 0; k < c.Classes; k++)
            {
                if (c.Clip is { } clip)
                {
                    gradient[(i * c.Classes) + k] = coefficients[i] * ThroughClip(clip, x, mass, k);
                    continue;
                }

                double tanh = c.SoftCap is { } cap ? Math.Tanh(x[k] / cap) : 0;
                gradient[(i * c.Classes) + k] = coefficients[i] * (c.Door switch
                {
                    Door.Logits => ((slope * Math.Exp(-gaps[k])) - mass[k]) / c.Temperature * (1 - (tanh * tanh)),
                    Door.LogProbs => -mass[k],
                    _ => mass[k] == 0 ? 0 : -mass[k] / x[k],
                });
            }
        }

        return gradient;
    }

    /// <summary>−ln p of each class.</summary>
    public static double[] NegativeLogProbabilities(CrossEntropyCase c, ReadOnlySpan<double> scores, out double logSumExp)
    {
        double[] gaps = new double[scores.Length];
        logSumExp = double.NaN;
        if (c.Door != Door.Logits)
        {
            double[] values = Clipped(c, scores);
            for (int k = 0; k < gaps.Length; k++)
            {
                gaps[k] = c.Door == Door.LogProbs ? -values[k] : -Math.Log(values[k]);
            }

            return gaps;
        }

        double[] u = new double[scores.Length];
        for (int k = 0; k < u.Length; k++)
        {
            double capped = c.SoftCap is { } cap ? cap * Math.Tanh(scores[k] / cap) : scores[k];
            u[k] = capped / c.Temperature;
        }

        int greatest = FirstGreatest(u);
        double shift = u[Math.Max(0, greatest)];
        double rest = 0;
        for (int k = 0; k < u.Length; k++)
        {
            rest += k == greatest ? 0 : Math.Exp(u[k] - shift);
        }

        double logRest = Differences.LogOfOnePlus(rest);
        logSumExp = shift + logRest;
        for (int k = 0; k < u.Length; k++)
        {
            gaps[k] = (u[k] == shift ? 0 : shift - u[k]) + logRest;
        }

        return gaps;
    }

    /// <summary>The scores as the loss takes them: renormalised and clipped where the case says so.</summary>
    public static double[] Clipped(CrossEntropyCase c, ReadOnlySpan<double> scores)
    {
        double[] values = scores.ToArray();
        double sum = c.Clip is { Renormalize: true } ? values.Sum() : 1;
        return c.Clip is { } clip ? Array.ConvertAll(values, p => Math.Max(clip.Min, Math.Min(clip.Max, p / sum))) : values;
    }

    /// <summary>A step for differences: a long one where a class acts through the sum alone.</summary>
    private static double ClippedStep(ProbabilityClip clip, double[] scores, int k, double mass)
    {
        double sum = scores.Sum();
        double belowMin = (clip.Min * sum) - scores[k];
        return mass == 0 ? 1e-3 * sum
            : belowMin > 0 ? Math.Min(1e-3 * sum, belowMin / 4)
            : 1e-3 * scores[k];
    }

    /// <summary>∂ℓ/∂p of one class by the chain rule: over every clipped class, through its clamp and its share of the sum.</summary>
    private static double ThroughClip(ProbabilityClip clip, ReadOnlySpan<double> p, double[] mass, int k)
    {
        double sum = clip.Renormalize ? p.ToArray().Sum() : 1;
        double slope = 0;
        for (int i = 0; i < p.Length; i++)
        {
            double share = p[i] / sum;
            if (share >= clip.Min && share <= clip.Max && mass[i] != 0)
            {
                double shareSlope = (i == k ? 1 / sum : 0) - (clip.Renormalize ? p[i] / (sum * sum) : 0);
                slope += -mass[i] / share * shareSlope;
            }
        }

        return slope;
    }

    /// <summary>The distribution of a token, clamped where the case says so.</summary>
    private static double[] TargetsOf(CrossEntropyCase c, int token)
    {
        double[] q = Row(c.Distribution!, token, c.Classes).ToArray();
        return c.Clip is { ClipTargets: true } clip ? Array.ConvertAll(q, value => Math.Max(clip.Min, Math.Min(clip.Max, value))) : q;
    }

    /// <summary>a = classWeight·q′ of a token, q′ by the definitions of <see cref="SmoothingKind"/>.</summary>
    private static double[] SmoothedMass(CrossEntropyCase c, int token)
    {
        double epsilon = c.LabelSmoothing;
        double[] mass = new double[c.Classes];
        for (int k = 0; k < mass.Length; k++)
        {
            double q = c.Distribution is null ? (c.Ids![token] == k ? 1 : 0) : TargetsOf(c, token)[k];
            double smoothed = epsilon == 0 ? q : c.Smoothing switch
            {
                SmoothingKind.All => ((1 - epsilon) * q) + (epsilon / c.Classes),
                SmoothingKind.Others => ((1 - epsilon) * q) + (epsilon * (1 - q) / (c.Classes - 1)),
                _ => k == c.PadIndex ? 0 : ((1 - epsilon) * q) + (epsilon * (1 - q) / (c.Classes - 2)),
            };
            mass[k] = (c.ClassWeights?[k] ?? 1) * smoothed;
        }

        return mass;
    }

    /// <summary>The first class of the greatest value; −1 where there is none.</summary>
    public static int FirstGreatest(ReadOnlySpan<double> values)
    {
        int first = values.Length > 0 ? 0 : -1;
        for (int k = 1; k < values.Length; k++)
        {
            first = values[k] > values[first] ? k : first;
        }

        return first;
    }

    private static ReadOnlySpan<double> Row(double[] values, int token, int classes) => values.AsSpan(token * classes, classes);
}
