using System;
using System.Collections.Generic;

namespace SeqLoss.Diagnostics;

/// <summary>
/// The judgement that both misplaced axes and shifted targets need: as given no better than a guess, otherwise far better.
/// </summary>
/// <remarks>
/// Two tests, since each fails alone. That another reading is far better is true of data that repeat themselves, where a shift costs
/// little: there the reading as given is good too. That the reading as given is bad is true of every model that has not been trained:
/// there no other reading is better. "Far" is a fifth of the loss and five standard errors, over 16 tokens or more: chance makes that
/// less than once in a million.
/// </remarks>
internal static class Guessing
{
    private const int LeastTokens = 16;
    private const double LeastErrors = 5;
    private const double MostOfGiven = 0.8;
    private const double MostOfGuess = 0.9;

    /// <summary>Whether the mean is about that of guessing, or worse.</summary>
    public static bool IsNoBetter(LossSample given, double guess) => given.Count > 0 && given.Mean >= MostOfGuess * guess;

    /// <summary>Whether one mean is far below another.</summary>
    public static bool IsFarLower(LossSample other, LossSample given)
        => Math.Min(other.Count, given.Count) >= LeastTokens
            && other.Mean <= MostOfGiven * given.Mean
            && given.Mean - other.Mean >= LeastErrors * Math.Sqrt(given.Variance + other.Variance);

    /// <summary>The losses of all tokens that have a class.</summary>
    public static LossSample LossesOf(Examination e)
    {
        LossSample sample = new();
        for (int token = 0; token < e.Count; token++)
        {
            if (e.HasClass(token))
            {
                sample.Add(e.LikelihoodLoss(token));
            }
        }

        return sample;
    }

    /// <summary>The loss of guessing in nats: ln V, or by the frequencies of the targets where that is better.</summary>
    public static double LossOf(Examination e)
    {
        Dictionary<int, int> counts = [];
        int total = 0;
        for (int token = 0; token < e.Count; token++)
        {
            if (e.HasClass(token))
            {
                counts[e.ClassOf(token)] = counts.GetValueOrDefault(e.ClassOf(token)) + 1;
                total++;
            }
        }

        double entropy = 0;
        foreach (int count in counts.Values)
        {
            double share = (double)count / total;
            entropy -= share * Math.Log(share);
        }

        return Math.Min(Math.Log(e.ClassCount), entropy);
    }
}
