using System;
using System.Linq;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Kernels.Tests;

/// <summary>One token of cross-entropy in double, written from the formula.</summary>
internal sealed class KernelReference
{
    public KernelReference(KernelCase c, int token)
    {
        CrossEntropyTerms terms = c.Terms;
        double[] x = [.. Enumerable.Range(0, terms.ClassCount).Select(index => c.Scores[c.Offset(token, index)])];
        double[] q = [.. Enumerable.Range(0, terms.ClassCount).Select(index => c.Distribution is null
            ? (c.Tokens.Target[token] == index ? 1 : 0)
            : c.Distribution[c.Offset(token, index)])];
        double[] mass = [.. q.Select((probability, index) => index == terms.MasslessClass
            ? 0
            : ((terms.Alpha * probability) + terms.Beta) * terms.ClassWeight(index))];
        double[] u = [.. x.Select(value => value * terms.InverseTemperature)];
        double max = u.Max();
        LogSumExp = max + Math.Log(u.Sum(value => Math.Exp(value - max)));
        double[] gaps = [.. x.Select(value => terms.Kind switch
        {
            ScoreKind.Logits => LogSumExp - (value * terms.InverseTemperature),
            ScoreKind.LogProbabilities => -value,
            _ => -Math.Log(value),
        })];
        double zLoss = terms.Kind == ScoreKind.Logits ? terms.ZLoss : 0;
        Loss = mass.Zip(gaps, (a, gap) => a == 0 ? 0 : a * gap).Sum() + (zLoss * LogSumExp * LogSumExp);
        Loss += terms.SubtractsEntropy ? mass.Sum(a => a == 0 ? 0 : a * Math.Log(a)) : 0;
        NegativeLogLikelihood = q.Zip(gaps, (a, gap) => a == 0 ? 0 : a * gap).Sum();
        Entropy = gaps.Sum(gap => Math.Exp(-gap) * gap);
        ArgMax = Array.IndexOf(x, x.Max());
        double slope = mass.Sum() + (2 * zLoss * LogSumExp);
        double coefficient = c.Tokens.Coefficient[token];
        Gradient = [.. Enumerable.Range(0, x.Length).Select(index => coefficient * (terms.Kind switch
        {
            ScoreKind.Logits => terms.InverseTemperature * ((slope * Math.Exp(-gaps[index])) - mass[index]),
            ScoreKind.LogProbabilities => -mass[index],
            _ => mass[index] == 0 ? 0 : -mass[index] / x[index],
        }))];
    }

    public double Loss { get; }

    public double NegativeLogLikelihood { get; }

    public double LogSumExp { get; }

    public double Entropy { get; }

    public int ArgMax { get; }

    public double[] Gradient { get; }
}
