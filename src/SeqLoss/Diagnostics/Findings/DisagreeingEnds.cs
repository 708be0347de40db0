using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL008: lengths, mask and padding do not end the sequences at the same steps.</summary>
/// <remarks>
/// Lengths end a sequence. So does a mask, if in each sequence it is ones and then zeros; other masks select positions, and disagree
/// only where they count one behind an end. So does padding: the trailing positions with the ignored id; or, where lengths or a mask
/// leave out tails that hold one id more than chance explains, the positions with that id. A part that leaves out nothing says
/// nothing. A warning: what counts is what all of them count, and only their author knows which of them is wrong.
/// Position: the first at which two of them differ.
/// </remarks>
internal static class DisagreeingEnds
{
    /// <summary>Chance makes such tails once in a million: e^14.</summary>
    private const double LeastEvidence = 14;

    public static Finding? Find(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        if (sequences.IsRows || sequences.Time == 0)
        {
            return null;
        }

        Ends[] parts = [.. PartsOf(e).Where(part => part.Steps.Any(step => step < sequences.Time))];
        (int Sequence, int Step, Ends Shorter, Ends Longer)? first = null;
        foreach (Ends left in parts)
        {
            foreach (Ends right in parts)
            {
                for (int b = 0; b < sequences.Batch; b++)
                {
                    bool differs = left.Steps[b] < right.Steps[b] && !left.MayEndEarly;
                    if (differs && (first is not { } found || (b, left.Steps[b]).CompareTo((found.Sequence, found.Step)) < 0))
                    {
                        first = (b, left.Steps[b], left, right);
                        break;
                    }
                }
            }
        }

        return first is { } place ? Describe(e, place.Sequence, place.Step, place.Shorter, place.Longer) : null;
    }

    private static Finding Describe(Examination e, int sequence, int step, Ends shorter, Ends longer)
    {
        int differing = shorter.Steps.Zip(longer.Steps).Count(pair => pair.First != pair.Second);
        string id = e.AreIds ? $" (the id there is {e.Ids[e.Grid.Sequences.TokenAt(sequence, step)]})" : "";
        return new(
            "SL008",
            FindingSeverity.Warning,
            new(sequence, step, null, null),
            $"sequence b={sequence} has {Text.Counted(step, "step")} by {shorter.Name} and {longer.Steps[sequence]} by {longer.Name}{id}; "
            + $"they differ in {differing} of {Text.Counted(e.Grid.Sequences.Batch, "sequence")}, and only what both count is counted",
            "make them from the same lengths; the usual mistake is one step more or less, by a start or end marker");
    }

    private static IEnumerable<Ends> PartsOf(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        PositionFactors factors = e.Factors;
        if (factors.HasLengths)
        {
            yield return new("the lengths", [.. Enumerable.Range(0, sequences.Batch).Select(factors.LengthOf)]);
        }

        if (factors.HasMask)
        {
            Ends mask = EndsWhere(e, "the mask", factors.IsInMask);
            bool isPrefix = Enumerable.Range(0, sequences.Batch)
                .All(b => Enumerable.Range(0, mask.Steps[b]).All(t => factors.IsInMask(sequences.TokenAt(b, t))));
            yield return mask with { MayEndEarly = !isPrefix };
        }

        if (e.AreIds && e.Input.Given.IgnoreIndex is { } ignored)
        {
            yield return EndsWhere(e, $"the ignored id {ignored}", token => !factors.IsIgnored(token));
        }
        else if (!e.AreIds && e.Input.Given.IgnoreZeroRows)
        {
            yield return EndsWhere(e, "the zero rows", token => factors.IsValid(token) && e.TargetRows!.Max[token] != 0);
        }
        else if (e.AreIds && GuessPadding(e) is { } id)
        {
            yield return EndsWhere(e, $"the id {id}, which fills the other tails", token => e.Ids[token] != id) with { MayEndEarly = true };
        }
    }

    private static Ends EndsWhere(Examination e, string name, Func<int, bool> isInside)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        int[] steps = new int[sequences.Batch];
        for (int b = 0; b < steps.Length; b++)
        {
            for (steps[b] = sequences.Time; steps[b] > 0 && !isInside(sequences.TokenAt(b, steps[b] - 1)); steps[b]--)
            {
            }
        }

        return new(name, steps);
    }

    /// <summary>The id that fills the ends of the tails behind what counts; none where chance explains it.</summary>
    private static long? GuessPadding(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        Dictionary<long, (int Runs, int Length)> filling = [];
        Dictionary<long, int> counts = [];
        int counted = 0;
        for (int b = 0; b < sequences.Batch; b++)
        {
            int end = sequences.Time;
            for (; end > 0 && !e.Factors.IsValid(sequences.TokenAt(b, end - 1)); end--)
            {
            }

            for (int t = 0; t < end; t++, counted++)
            {
                long id = e.Ids[sequences.TokenAt(b, t)];
                counts[id] = counts.GetValueOrDefault(id) + 1;
            }

            if (end < sequences.Time)
            {
                long last = e.Ids[sequences.TokenAt(b, sequences.Time - 1)];
                int start = sequences.Time - 1;
                for (; start > end && e.Ids[sequences.TokenAt(b, start - 1)] == last; start--)
                {
                }

                (int runs, int length) = filling.GetValueOrDefault(last);
                filling[last] = (runs + 1, length + sequences.Time - start);
            }
        }

        long? padding = null;
        double most = LeastEvidence;
        foreach ((long id, (int runs, int length)) in filling)
        {
            double frequency = (counts.GetValueOrDefault(id) + 0.5) / (counted + 1);
            double evidence = (length - runs) * -Math.Log(frequency);
            (padding, most) = evidence > most ? (id, evidence) : (padding, most);
        }

        return padding;
    }

    /// <summary>Where a part ends each sequence.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Steps">The number of steps of each sequence.</param>
    /// <param name="MayEndEarly">Whether it may end before others without contradiction: it selects, or was guessed.</param>
    private sealed record Ends(string Name, int[] Steps, bool MayEndEarly = false);
}
