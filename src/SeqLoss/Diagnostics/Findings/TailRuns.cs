using System;
using System.Collections.Generic;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>The runs of one class with which sequences end, and how likely chance makes them.</summary>
/// <remarks>
/// Of the sequences whose last counted target is a class, each has a run of 1 for certain; that it is longer has the chance q that
/// the class repeats, by its frequency, its own repetitions inside the sequences, or (if it occurs there) those of all classes. By
/// chance the excess of m runs is then negative binomial with mean m·q/(1 − q), and Chernoff's bound of its tail is
/// exp(−m·(a·ln(a/μ) − (1 + a)·ln((1 + a)/(1 + μ)))) with a the mean excess found and μ = q/(1 − q). So an end marker in each
/// sequence proves nothing, nor do the runs of a vocabulary of two.
/// </remarks>
internal sealed class TailRuns
{
    /// <summary>Chance makes such runs once in a million: e^14.</summary>
    private const double LeastEvidence = 14;
    private const double MostRepetition = 0.98;

    private readonly Dictionary<int, List<(int Start, int Length)>> runsOfClass = [];

    private readonly Dictionary<int, (int Count, int Followed, int Repeated)> inside = [];

    private int sequenceCount;
    private int insideTotal;
    private int followedTotal;
    private int repeatedTotal;

    public TailRuns(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        List<int> tokens = [];
        for (int b = 0; b < sequences.Batch; b++)
        {
            tokens.Clear();
            for (int t = 0; t < sequences.Time; t++)
            {
                if (e.HasClass(sequences.TokenAt(b, t)))
                {
                    tokens.Add(sequences.TokenAt(b, t));
                }
            }

            Add(e, tokens, b);
        }
    }

    /// <summary>The class that fills tails beyond chance, and its runs as sequence and length; −1 for none.</summary>
    /// <remarks>Runs of one, too, where the class is nowhere else and not the end marker, since some sequences end without it.</remarks>
    public (int Class, List<(int Sequence, int Length)> Runs) Strongest()
    {
        (int Class, List<(int Sequence, int Length)> Runs) strongest = (-1, []);
        double most = LeastEvidence + Math.Log(Math.Max(1, runsOfClass.Count));
        foreach ((int index, List<(int Sequence, int Length)> runs) in runsOfClass)
        {
            List<(int Sequence, int Length)> longer = runs.FindAll(run => run.Length > 1);
            double evidence = EvidenceOf(index, runs);
            if (longer.Count > 1 && evidence > most)
            {
                bool isPaddingAlone = !inside.ContainsKey(index) && runs.Count < sequenceCount;
                (strongest, most) = ((index, isPaddingAlone ? runs : longer), evidence);
            }
        }

        return strongest;
    }

    private void Add(Examination e, List<int> tokens, int sequence)
    {
        int length = 0;
        while (length < tokens.Count && e.ClassOf(tokens[^(length + 1)]) == e.ClassOf(tokens[^1]))
        {
            length++;
        }

        // A sequence of one class throughout has no end that could be told from the rest.
        if (length == tokens.Count)
        {
            return;
        }

        int last = e.ClassOf(tokens[^1]);
        if (!runsOfClass.TryGetValue(last, out List<(int, int)>? runs))
        {
            runsOfClass[last] = runs = [];
        }

        runs.Add((sequence, length));
        sequenceCount++;
        for (int i = 0; i < tokens.Count - length; i++)
        {
            bool isFollowed = i + 1 < tokens.Count - length;
            int repeated = isFollowed && e.ClassOf(tokens[i + 1]) == e.ClassOf(tokens[i]) ? 1 : 0;
            (int Count, int Followed, int Repeated) found = inside.GetValueOrDefault(e.ClassOf(tokens[i]));
            inside[e.ClassOf(tokens[i])] = (found.Count + 1, found.Followed + (isFollowed ? 1 : 0), found.Repeated + repeated);
            insideTotal++;
            followedTotal += isFollowed ? 1 : 0;
            repeatedTotal += repeated;
        }
    }

    /// <summary>The share of repetitions inside that frequencies alone do not explain.</summary>
    private double Stickiness()
    {
        double byChance = 0;
        foreach ((int count, _, _) in inside.Values)
        {
            byChance += (double)count / insideTotal * count / insideTotal;
        }

        double found = repeatedTotal / Math.Max(1.0, followedTotal);
        return byChance < 1 ? Math.Max(0, (found - byChance) / (1 - byChance)) : 1;
    }

    /// <summary>−ln of the chance of these runs.</summary>
    private double EvidenceOf(int index, List<(int Sequence, int Length)> runs)
    {
        (int count, int followed, int repeated) = inside.GetValueOrDefault(index);
        double frequency = (count + 0.5) / (insideTotal + 1);
        double own = (repeated + frequency) / (followed + 1);

        // What never occurs inside is a marker: that the data repeat themselves says nothing of markers.
        double q = count == 0 ? frequency : Math.Min(MostRepetition, Math.Max(own, frequency + ((1 - frequency) * Stickiness())));
        double mean = q / (1 - q);
        double excess = 0;
        foreach ((_, int length) in runs)
        {
            excess += length - 1;
        }

        double a = excess / runs.Count;
        return a <= mean ? 0 : runs.Count * ((a * Math.Log(a / mean)) - ((1 + a) * Math.Log((1 + a) / (1 + mean))));
    }
}
