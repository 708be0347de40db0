using System;
using System.Collections.Generic;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL012: target distributions at counted positions that are zero, impossible, or do not sum to one.</summary>
/// <remarks>
/// Errors: rows that are 0 everywhere (padding that counts in the divisor and costs nothing), and rows with a NaN, infinite or negative
/// number. A warning: rows whose sum differs from 1 by more than storage rounds; their loss is scaled by the sum. Position: the first
/// row of each kind, with the class of an impossible number.
/// </remarks>
internal static class UnusableTargets
{
    public static IEnumerable<Finding> Find(Examination e)
    {
        if (e.TargetRows is not { } rows)
        {
            yield break;
        }

        int counted = e.CountTokens(e.Counts);
        bool IsImpossible(int token) => e.Counts(token) && !(rows.Min[token] >= -1e-6 && rows.Max[token] < double.PositiveInfinity);
        bool IsZero(int token) => e.Counts(token) && rows.Min[token] == 0 && rows.Max[token] == 0;
        bool IsUnnormalised(int token) => e.Counts(token) && !IsImpossible(token) && !IsZero(token)
            && !Normalisation.SumsToOne(e, rows, e.Input.Distribution, token);

        if (e.FirstToken(IsImpossible) is >= 0 and int impossible)
        {
            double[] row = e.RowOf(e.Input.Distribution, impossible);
            int index = Array.FindIndex(row, value => !(value >= -1e-6 && double.IsFinite(value)));
            yield return new(
                "SL012",
                FindingSeverity.Error,
                e.PositionOf(impossible, index),
                $"the target probability at {e.PositionOf(impossible, index)} is {Text.Of(row[index])}; {e.CountTokens(IsImpossible)} of "
                + $"{Text.Counted(counted, "counted row")} have such a number",
                "hand in probabilities: numbers in 0..1");
        }

        if (e.FirstToken(IsZero) is >= 0 and int zero)
        {
            yield return new(
                "SL012",
                FindingSeverity.Error,
                e.PositionOf(zero),
                $"{e.CountTokens(IsZero)} of {Text.Counted(counted, "counted target row")} are 0 everywhere: they cost nothing and "
                + $"count in the divisor, so the mean loss is {Text.Brief(e.MeanLoss())} and without them "
                + Text.Brief(e.MeanLoss(token => !IsZero(token))),
                "if they are padding, leave them out (TokenWeights.FromNonzeroRows, --ignore-zero-rows)");
        }

        if (e.FirstToken(IsUnnormalised) is >= 0 and int unnormalised)
        {
            yield return new(
                "SL012",
                FindingSeverity.Warning,
                e.PositionOf(unnormalised),
                $"the target probabilities at {e.PositionOf(unnormalised)} sum to {Text.Brief(rows.Sum[unnormalised])}; "
                + $"{e.CountTokens(IsUnnormalised)} of {Text.Counted(counted, "counted row")} do not sum to 1, which scales their loss",
                "divide each row by its sum, or move the factor to a token weight");
        }
    }
}
