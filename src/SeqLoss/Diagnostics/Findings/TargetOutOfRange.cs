namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL001: a counted target id is not in 0..V−1.</summary>
/// <remarks>It decides: such an id has no score, and the loss refuses it. Position: the first such target.</remarks>
internal static class TargetOutOfRange
{
    public static Finding? Find(Examination e)
    {
        bool IsOutside(int token) => e.AreIds && e.Counts(token) && !(e.Ids[token] >= 0 && e.Ids[token] < e.ClassCount);
        int first = e.FirstToken(IsOutside);
        if (first < 0)
        {
            return null;
        }

        long id = e.Ids[first];
        int outside = e.CountTokens(IsOutside);
        int alike = e.CountTokens(token => IsOutside(token) && e.Ids[token] == id);
        string ignored = e.Input.Given.IgnoreIndex is not { } index ? "no id is ignored"
            : e.CountTokens(e.Factors.IsIgnored) == 0 ? $"the ignored id is {index}, which is no target"
            : $"the ignored id is {index}";
        return new(
            "SL001",
            FindingSeverity.Error,
            e.PositionOf(first),
            $"target{e.PositionOf(first)} is {id}, the vocabulary has {e.ClassCount} classes (0..{e.ClassCount - 1}); "
            + $"{outside} of {Text.Counted(e.CountTokens(e.Counts), "counted target")} are outside it, {alike} of them this id, and "
            + ignored,
            CureOf(e, id, isOnlyOne: alike == outside));
    }

    private static string CureOf(Examination e, long id, bool isOnlyOne)
    {
        if (isOnlyOne && id < 0)
        {
            return $"if {id} marks padding, ignore it (TokenWeights.FromIgnoreIndex({id}), --ignore-index {id})";
        }

        bool startAtOne = id == e.ClassCount && isOnlyOne && e.CountTokens(token => e.Counts(token) && e.Ids[token] == 0) == 0;
        return startAtOne
            ? "no target is 0: if the ids count from 1, subtract 1"
            : "look up which tokenizer made the ids and how many classes the model's last layer has: they must agree";
    }
}
