using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>A way to read the same memory: a layout of the scores, and the target ids as they are or transposed.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="IsTransposed">Whether the ids have the other order of sequences and steps.</param>
internal readonly record struct Reading(ScoreLayout Layout, bool IsTransposed)
{
    /// <summary>The layout as the tool spells it.</summary>
    public static string NameOf(ScoreLayout layout) => layout switch
    {
        ScoreLayout.Btv => "btv",
        ScoreLayout.Tbv => "tbv",
        ScoreLayout.Bvt => "bvt",
        _ => "nv",
    };

    /// <summary>Whether two layouts differ in more than the names of their axes.</summary>
    public static bool DifferInClassAxis(ScoreLayout left, ScoreLayout right)
        => (left == ScoreLayout.Bvt) != (right == ScoreLayout.Bvt);

    /// <summary>The ids in the order of the reading.</summary>
    /// <param name="ids">The ids as stored.</param>
    /// <param name="tokens">As many sequences as steps, where the ids are transposed.</param>
    public long[] IdsOf(long[] ids, SequenceGrid tokens)
    {
        if (!IsTransposed)
        {
            return ids;
        }

        long[] transposed = new long[ids.Length];
        for (int b = 0; b < tokens.Batch; b++)
        {
            for (int t = 0; t < tokens.Time; t++)
            {
                transposed[tokens.TokenAt(b, t)] = ids[tokens.TokenAt(t, b)];
            }
        }

        return transposed;
    }

    /// <summary><c>bvt</c>, <c>btv with transposed ids</c>.</summary>
    public override string ToString() => NameOf(Layout) + (IsTransposed ? " with transposed ids" : "");
}
