namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL004: probabilities given as logits, so that a softmax is taken twice.</summary>
/// <remarks>
/// Every counted row lies in [0, 1] and sums to one as exactly as its storage can say. Logits have a free offset in each row: that
/// all rows hit this one by chance does not happen. Where all numbers of all rows are the same, 1/V, a constant may have been meant,
/// and it is a warning. Position: the first counted row.
/// </remarks>
internal static class ProbabilitiesAsLogits
{
    public static Finding? Find(Examination e)
    {
        bool Contradicts(int token)
            => e.IsReadable[token] && !Normalisation.IsProbabilities(e, e.ScoreRows, e.Input.Scores, token);
        int first = e.FirstToken(token => e.IsReadable[token]);
        if (e.Input.Form != ScoreForm.Logits || e.ClassCount == 1 || first < 0 || e.FirstToken(Contradicts) >= 0)
        {
            return null;
        }

        int rows = e.CountTokens(token => e.IsReadable[token]);
        bool areEqual = e.FirstToken(token => e.IsReadable[token] && e.ScoreRows.Min[token] != e.ScoreRows.Max[token]) < 0;
        return new(
            "SL004",
            areEqual ? FindingSeverity.Warning : FindingSeverity.Error,
            e.PositionOf(first),
            areEqual
                ? $"every number of {Text.Counted(rows, "counted row")} is {Text.Brief(e.ScoreRows.Max[first])}, which is 1/V: these are "
                    + "uniform probabilities, or constant logits by chance; the loss is the same"
                : $"all {Text.Counted(rows, "counted row")} lie in 0..1 and sum to 1: these are probabilities; with a softmax on "
                    + $"top the mean loss is {Text.Brief(e.MeanLoss())} nats, and of the probabilities themselves "
                    + Text.Brief(e.MeanAsProbabilities()),
            "hand in the logits before the softmax, or take the door for probabilities (CrossEntropy.FromProbabilities, "
            + "--scores-are probs)");
    }
}
