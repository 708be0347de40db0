using SeqLoss.Kernels.Memory;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL014: one-hot target distributions where ids would do.</summary>
/// <remarks>
/// Every counted row has one 1 and otherwise 0. A note: the loss is the same, and ids need a V-th of the memory. Position: none.
/// </remarks>
internal static class OneHotTargets
{
    public static Finding? Find(Examination e)
    {
        if (e.TargetRows is not { } rows || e.ClassCount == 1)
        {
            return null;
        }

        bool IsZero(int token) => rows.Min[token] == 0 && rows.Max[token] == 0;
        bool IsOneHot(int token) => rows.Min[token] == 0 && rows.Max[token] == 1 && rows.Sum[token] == 1;
        if (e.CountTokens(token => e.Counts(token) && IsOneHot(token)) == 0
            || e.FirstToken(token => e.Counts(token) && !IsOneHot(token) && !IsZero(token)) >= 0)
        {
            return null;
        }

        long dense = (long)e.Input.Shape.Count * NumberBuffer.Size(e.Input.Distribution.Type);
        long ids = (long)e.Count * sizeof(int);
        return new(
            "SL014",
            FindingSeverity.Note,
            null,
            $"all counted targets are one-hot: they take {dense} bytes, ids would take {ids} and save {dense - ids}",
            "hand in ids (the index of the 1), and leave padding out by lengths or an ignored id");
    }
}
