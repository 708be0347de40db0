using System.Collections.Generic;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL002: nothing counts, or not in some sequences.</summary>
/// <remarks>
/// An error where no position counts or the divisor ΣD is 0, since then there is no mean; the position is none. A warning where a
/// sequence has no counted position: means over sequences take it for a loss of 0. Its position is the first such sequence.
/// </remarks>
internal static class NothingCounted
{
    public static Finding? Find(Examination e)
    {
        int counted = e.CountTokens(e.Counts);
        return counted == 0 ? Nothing(e)
            : DivisorOf(e) == 0 ? NoDivisor(counted)
            : EmptySequences(e);
    }

    private static Finding Nothing(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        PositionFactors factors = e.Factors;
        List<string> reasons = [];
        Add(factors.HasLengths, e.CountTokens(token => sequences.TimeOf(token) >= factors.LengthOf(sequences.BatchOf(token))), "lengths");
        Add(factors.HasMask, e.CountTokens(token => !factors.IsInMask(token)), "mask");
        Add(e.Input.Given.IgnoreIndex is not null, e.CountTokens(factors.IsIgnored), "ignored id");
        Add(true, e.CountTokens(token => factors.IsValid(token) && !e.Counts(token)), "weights or zero rows");
        string message = e.Count == 0
            ? $"the shape {sequences.Shape} has no positions"
            : $"none of {Text.Counted(e.Count, "position")} counts: {string.Join(", ", reasons)}";
        return new("SL002", FindingSeverity.Error, null, message, "see that lengths, mask and ignored id are those of this batch");

        void Add(bool isGiven, int count, string part)
        {
            if (isGiven && count > 0)
            {
                reasons.Add($"{count} left out by the {part}");
            }
        }
    }

    private static double DivisorOf(Examination e)
    {
        double divisor = 0;
        for (int token = 0; token < e.Count; token++)
        {
            divisor += e.DenominatorOf(token);
        }

        return divisor;
    }

    private static Finding NoDivisor(int counted) => new(
        "SL002",
        FindingSeverity.Error,
        null,
        $"the weights of {Text.Counted(counted, "counted position")} sum to 0: a mean has nothing to divide by",
        "use a reduction that does not divide by weights, such as sum, or give weights that do not cancel");

    private static Finding? EmptySequences(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        if (sequences.IsRows || sequences.Time == 0)
        {
            return null;
        }

        int first = -1, empty = 0;
        for (int b = 0; b < sequences.Batch; b++)
        {
            bool counts = false;
            for (int t = 0; t < sequences.Time && !counts; t++)
            {
                counts = e.Counts(sequences.TokenAt(b, t));
            }

            if (!counts)
            {
                first = empty == 0 ? b : first;
                empty++;
            }
        }

        return empty == 0 ? null : new(
            "SL002",
            FindingSeverity.Warning,
            new(first, null, null, null),
            $"in {empty} of {Text.Counted(sequences.Batch, "sequence")} nothing counts: means over sequences take each for a loss of 0",
            "leave out empty sequences, or say what they are worth by the policy for empty groups");
    }
}
