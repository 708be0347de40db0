using System;
using System.Linq;

namespace SeqLoss.Tests.Reference;

/// <summary>Positions in canonical order <c>[B, T, F]</c>, and the reductions over them; F = 1 unless elements count.</summary>
internal sealed class Positions(int batch, int time, int features)
{
    public int Count => batch * time * features;

    public double[] Weight { get; } = new double[batch * time * features];

    public double[] Denominator { get; } = new double[batch * time * features];

    public bool[] Valid { get; } = new bool[batch * time * features];

    /// <summary>W·Σ classWeight·q.</summary>
    public double[] ClassMass { get; } = new double[batch * time * features];

    /// <summary>The reduced loss of token losses ℓ.</summary>
    public double[] Reduce(double[] losses, Reduction reduction, EmptyPolicy empty = EmptyPolicy.Zero)
    {
        double[] terms = [.. Enumerable.Range(0, Count).Select(i => Weight[i] == 0 ? 0 : Weight[i] * losses[i])];
        return reduction switch
        {
            Reduction.None => terms,
            Reduction.MeanPerExample => [Reduce(losses, Reduction.PerExample, empty).Sum() / Math.Max(1, batch)],
            _ => [.. Groups(reduction).Select(group => Quotient(group.Sum(i => terms[i]), Divisor(reduction, group), empty))],
        };
    }

    /// <summary>∂(Σ upstream·reduced)/∂ℓ: reductions are linear, so it is what they make of a loss of 1 at one position.</summary>
    public double[] Coefficients(Reduction reduction, double[]? upstream)
    {
        double[] coefficients = new double[Count];
        double[] unit = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            unit[i] = 1;
            double[] reduced = Reduce(unit, reduction);
            coefficients[i] = Enumerable.Range(0, reduced.Length).Sum(k => reduced[k] * (upstream?[k] ?? 1));
            unit[i] = 0;
        }

        return coefficients;
    }

    /// <summary>The sum without what cross-entropy adds.</summary>
    public LossSum Sum(double[] losses) => new()
    {
        Sum = Reduce(losses, Reduction.Sum)[0],
        Weight = Denominator.Sum(),
        NonZero = Denominator.Count(d => d != 0),
        Elements = Count,
        Sequences = batch,
        Valid = Valid.Count(isValid => isValid),
        Tokens = Weight.Count(w => w != 0),
        TokenWeight = Weight.Sum(),
    };

    private int[][] Groups(Reduction reduction)
    {
        int[] all = [.. Enumerable.Range(0, Count)];
        return reduction switch
        {
            Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero
                => [.. Enumerable.Range(0, batch).Select(b => all.Where(i => i / features / time == b).ToArray())],
            Reduction.PerTimestep or Reduction.PerTimestepNonzero
                => [.. Enumerable.Range(0, time).Select(t => all.Where(i => i / features % time == t).ToArray())],
            _ => [all],
        };
    }

    private double Divisor(Reduction reduction, int[] group) => reduction switch
    {
        Reduction.Sum or Reduction.PerExampleSum => 1,
        Reduction.MeanBatch => Math.Max(1, batch),
        Reduction.MeanElements => Math.Max(1, Count),
        Reduction.MeanValid => Valid.Count(isValid => isValid),
        Reduction.MeanNonzero or Reduction.PerExampleNonzero or Reduction.PerTimestepNonzero => group.Count(i => Denominator[i] != 0),
        Reduction.MeanClassWeight => ClassMass.Sum(),
        _ => group.Sum(i => Denominator[i]),
    };

    private static double Quotient(double sum, double divisor, EmptyPolicy empty)
        => divisor != 0 ? sum / divisor : empty == EmptyPolicy.NaN ? double.NaN : 0;
}
