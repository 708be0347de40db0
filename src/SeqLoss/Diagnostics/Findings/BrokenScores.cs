using System;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL003: NaN or +∞ in the scores of a counted position, or −∞ in all of them.</summary>
/// <remarks>
/// It decides: no softmax is left, and the loss is NaN. −∞ in some classes is a class of probability 0 and no mistake; among
/// probabilities it is one. Position: the first such row and its first such class; no class where all are −∞.
/// </remarks>
internal static class BrokenScores
{
    public static Finding? Find(Examination e)
    {
        bool IsBroken(int token) => e.Counts(token) && !e.HasSoftmax(token);
        int first = e.FirstToken(IsBroken);
        if (first < 0)
        {
            return null;
        }

        double[] row = e.RowOf(e.Input.Scores, first);
        bool isProbability = e.Input.Form == ScoreForm.Probabilities;
        int index = Array.FindIndex(
            row, value => double.IsNaN(value) || double.IsPositiveInfinity(value) || (isProbability && double.IsNegativeInfinity(value)));
        string what = index < 0 ? "the scores are -infinity in every class" : $"the score is {Text.Of(row[index])}";
        FindingPosition position = e.PositionOf(first, index < 0 ? null : index);
        return new(
            "SL003",
            FindingSeverity.Error,
            position,
            $"{what} at {position}; {e.CountTokens(IsBroken)} of {Text.Counted(e.CountTokens(e.Counts), "counted row")} are so, "
            + "and their loss is NaN",
            index < 0
                ? "let the model allow at least one class at each position, or leave the position out by a mask"
                : "find the step at which the model first gives it: a learning rate too high, a division by 0, an overflow of 16 bits");
    }
}
