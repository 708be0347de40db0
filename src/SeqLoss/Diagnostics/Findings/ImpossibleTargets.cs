using System;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL016: a counted token costs +∞, since its target has probability 0.</summary>
/// <remarks>
/// The row has a softmax, and a class that has target mass, by its id, its distribution or smoothing, has p = 0: a logit of −∞, a
/// log-probability of −∞, or a probability of 0. It decides: every mean is +∞. Position: the first such token and that class.
/// </remarks>
internal static class ImpossibleTargets
{
    public static Finding? Find(Examination e)
    {
        bool IsInfinite(int token) => e.IsReadable[token] && double.IsPositiveInfinity(e.Tokens.Loss[token]);
        int first = e.FirstToken(IsInfinite);
        if (first < 0)
        {
            return null;
        }

        double[] row = e.RowOf(e.Input.Scores, first);
        double none = e.Input.Form == ScoreForm.Probabilities ? 0 : double.NegativeInfinity;
        bool isTarget = double.IsPositiveInfinity(e.Tokens.NegativeLogLikelihood[first]);
        int index = isTarget && e.AreIds ? (int)e.Ids[first] : Array.IndexOf(row, none);
        FindingPosition position = e.PositionOf(first, index < 0 ? null : index);
        return new(
            "SL016",
            FindingSeverity.Error,
            position,
            $"the {(isTarget ? "target" : "smoothed target")} at {position} has probability 0, so its loss is +infinity; "
            + $"{e.CountTokens(IsInfinite)} of {Text.Counted(e.CountTokens(e.Counts), "counted token")} are so",
            isTarget
                ? "let the model's mask of impossible classes allow the targets, or leave these positions out"
                : "smoothing gives every class mass: leave it off where classes are masked out");
    }
}
