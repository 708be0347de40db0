namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL005: log-probabilities given as logits.</summary>
/// <remarks>
/// The log-sum-exp of every counted row is 0 as exactly as its storage can say. A note: a log-softmax of log-probabilities changes
/// nothing, so the value is right and the work is done twice. Position: the first counted row.
/// </remarks>
internal static class LogProbabilitiesAsLogits
{
    public static Finding? Find(Examination e)
    {
        int first = e.FirstToken(token => e.IsReadable[token]);
        if (e.Input.Form != ScoreForm.Logits || e.ClassCount == 1 || first < 0
            || e.FirstToken(token => e.IsReadable[token] && e.ScoreRows.Max[token] > 0.1) >= 0
            || e.FirstToken(token => e.IsReadable[token] && !Normalisation.IsLogProbabilities(e, token)) >= 0)
        {
            return null;
        }

        int rows = e.CountTokens(token => e.IsReadable[token]);
        return new(
            "SL005",
            FindingSeverity.Note,
            e.PositionOf(first),
            $"the log-sum-exp of all {Text.Counted(rows, "counted row")} is 0: these are log-probabilities, and the log-softmax is taken "
            + "twice; the value is the same",
            "hand in the logits and save the model's log-softmax, or take the door for log-probabilities (CrossEntropy.FromLogProbs, "
            + "--scores-are log-probs)");
    }
}
