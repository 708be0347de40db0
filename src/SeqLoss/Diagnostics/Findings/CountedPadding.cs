using System.Collections.Generic;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL007: padding is counted.</summary>
/// <remarks>
/// The counted targets of several sequences end in runs of one id that are longer than its frequency and repetitions elsewhere explain
/// (<see cref="TailRuns"/>: a chance below one in a million). A warning, since data may end so; where the padding is also the end
/// marker, the first of each run is that. An error where a counted target is the pad index that the options name: the loss refuses it.
/// Position: the first of the first run.
/// </remarks>
internal static class CountedPadding
{
    public static Finding? Find(Examination e) => OfPadIndex(e) ?? OfRuns(e);

    private static Finding? OfPadIndex(Examination e)
    {
        if (e.Input.Options is not { LabelSmoothing: > 0, Smoothing: SmoothingKind.OthersButPad, PadIndex: { } pad })
        {
            return null;
        }

        bool IsPad(int token) => e.HasClass(token)
            && (e.AreIds ? e.Ids[token] == pad : e.RowOf(e.Input.Distribution, token)[pad] != 0);
        int first = e.FirstToken(IsPad);
        return first < 0 ? null : new(
            "SL007",
            FindingSeverity.Error,
            e.PositionOf(first),
            $"target{e.PositionOf(first)} has mass on {pad}, the pad index, and counts; so do {e.CountTokens(IsPad)} of "
            + $"{Text.Counted(e.CountTokens(e.Counts), "counted target")}, and the smoothing gives that class none",
            Cure(e, pad));
    }

    private static Finding? OfRuns(Examination e)
    {
        SequenceGrid sequences = e.Grid.Sequences;
        (int pad, List<(int Sequence, int Length)> runs) = new TailRuns(e).Strongest();
        if (pad < 0)
        {
            return null;
        }

        HashSet<int> padding = [];
        int first = -1;
        foreach ((int sequence, int length) in runs)
        {
            int left = length;
            for (int t = sequences.Time - 1; left > 0; t--)
            {
                int token = sequences.TokenAt(sequence, t);
                if (e.HasClass(token))
                {
                    padding.Add(token);
                    left--;
                    first = left == 0 && sequence == runs[0].Sequence ? token : first;
                }
            }
        }

        return new(
            "SL007",
            FindingSeverity.Warning,
            e.PositionOf(first),
            $"{Text.Counted(runs.Count, "sequence")} of {sequences.Batch} end in id {pad}, which is padding and counts, at "
            + $"{padding.Count} of {e.CountTokens(e.Counts)} counted positions: the mean loss is {Text.Brief(e.MeanLoss())} and without "
            + "them " + Text.Brief(e.MeanLoss(token => !padding.Contains(token))),
            Cure(e, pad));
    }

    private static string Cure(Examination e, int pad) => e.AreIds
        ? $"leave padding out by lengths, a mask or an ignored id (TokenWeights.FromIgnoreIndex({pad}), --ignore-index {pad})"
        : "leave padding out by lengths or a mask, or make its rows 0 and ignore those (--ignore-zero-rows)";
}
