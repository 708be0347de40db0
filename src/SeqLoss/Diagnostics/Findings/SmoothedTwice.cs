using System;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL017: label smoothing of target distributions that are smoothed already.</summary>
/// <remarks>
/// Smoothing is on, and every counted distribution has one greater number and the same positive number everywhere else, which is what
/// smoothing makes of one-hot rows. Soft targets of other origin do not look so. A warning: smoothing twice may be meant.
/// Position: the first counted row.
/// </remarks>
internal static class SmoothedTwice
{
    public static Finding? Find(Examination e)
    {
        if (e.TargetRows is not { } rows || e.Input.Options.LabelSmoothing == 0 || e.ClassCount < 3)
        {
            return null;
        }

        bool IsSmoothed(int token) => rows.Min[token] > 0
            && rows.Max[token] > 2 * rows.Min[token]
            && Math.Abs(rows.Sum[token] - rows.Max[token] - ((e.ClassCount - 1) * rows.Min[token])) < 1e-3 * (1 - rows.Max[token]);
        int first = e.FirstToken(token => e.IsReadable[token]);
        if (first < 0 || e.FirstToken(token => e.IsReadable[token] && !IsSmoothed(token)) >= 0)
        {
            return null;
        }

        double mass = rows.Min[first] * e.ClassCount;
        return new(
            "SL017",
            FindingSeverity.Warning,
            e.PositionOf(first),
            $"the target distributions have {Text.Brief(rows.Max[first])} on one class and {Text.Brief(rows.Min[first])} on all others, "
            + $"as a smoothing of {Text.Brief(mass)} makes them, and one of {Text.Brief(e.Input.Options.LabelSmoothing)} is put on top",
            "smooth once: in the data or in the options");
    }
}
