using System;
using System.Linq;
using SeqLoss.Kernels.Surveys;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL006: logits, or something else that is not normalised, given as probabilities or log-probabilities.</summary>
/// <remarks>
/// A counted row leaves [0, 1] (or is above 0, as logarithms), or does not sum to one, by more than its storage rounds. Doors other
/// than that of logits take their numbers as they are: the loss is then of no distribution. Sums are not looked at where the options
/// renormalise. Position: the first such row; with the class where one number alone is impossible.
/// </remarks>
internal static class UnnormalisedScores
{
    public static Finding? Find(Examination e)
    {
        if (e.Input.Form == ScoreForm.Logits)
        {
            return null;
        }

        bool renormalises = e.Input.Options.Clip is { Renormalize: true };
        bool IsWrong(int token) => e.IsReadable[token] && (e.Input.Form == ScoreForm.LogProbabilities
            ? !Normalisation.IsLogProbabilities(e, token)
            : renormalises
                ? !Normalisation.IsInUnitInterval(e, e.ScoreRows, e.Input.Scores, token)
                : !Normalisation.IsProbabilities(e, e.ScoreRows, e.Input.Scores, token));
        int first = e.FirstToken(IsWrong);
        if (first < 0)
        {
            return null;
        }

        double[] row = e.RowOf(e.Input.Scores, first);
        int impossible = e.Input.Form == ScoreForm.LogProbabilities
            ? Array.FindIndex(row, value => value > 0.1)
            : Array.FindIndex(row, value => value is < -0.01 or > 1.01);
        FindingPosition position = e.PositionOf(first, impossible < 0 ? null : impossible);
        (string nature, string cure) = NatureOf(e, first);
        return new(
            "SL006",
            FindingSeverity.Error,
            position,
            $"{Evidence(e, position, row, impossible)}; {e.CountTokens(IsWrong)} of "
            + $"{Text.Counted(e.CountTokens(token => e.IsReadable[token]), "counted row")} are so: {nature}",
            cure);
    }

    private static string Evidence(Examination e, FindingPosition position, double[] row, int impossible)
    {
        bool areLogs = e.Input.Form == ScoreForm.LogProbabilities;
        return impossible >= 0
            ? $"the {(areLogs ? "log-probability" : "probability")} at {position} is {Text.Brief(row[impossible])}"
            : areLogs
                ? $"the log-probabilities at {position} have a log-sum-exp of {Text.Brief(LogSumExp(row))}, not 0"
                : $"the probabilities at {position} sum to {Text.Brief(row.Sum())}, not 1";
    }

    private static (string Nature, string Cure) NatureOf(Examination e, int token)
    {
        if (e.Input.Form == ScoreForm.Probabilities && Normalisation.IsLogProbabilities(e, token))
        {
            return (
                "they are log-probabilities",
                "take the door for log-probabilities (CrossEntropy.FromLogProbs, --scores-are log-probs)");
        }

        if (e.Input.Form == ScoreForm.LogProbabilities && Normalisation.IsProbabilities(e, e.ScoreRows, e.Input.Scores, token))
        {
            return (
                "they are probabilities",
                "take the door for probabilities (CrossEntropy.FromProbabilities, --scores-are probs)");
        }

        return SumsAlongOtherAxis(e)
            ? ("along another axis they do sum to 1", "take the softmax over the axis of classes")
            : (
                e.ScoreRows.Min[token] < -0.01 || e.ScoreRows.Max[token] > 1.01 ? "they look like logits" : "they are not normalised",
                "take the door for logits (CrossEntropy.FromLogits, --scores-are logits), or normalise first");
    }

    /// <summary>Whether a softmax was taken over the other axis of a tensor of three.</summary>
    private static bool SumsAlongOtherAxis(Examination e)
    {
        if (e.Input.Form != ScoreForm.Probabilities || e.Input.Shape.Rank != 3)
        {
            return false;
        }

        // Of the axes besides the sequences', the one that is read as time.
        ScoreLayout other = e.Grid.Layout == ScoreLayout.Bvt ? ScoreLayout.Btv : ScoreLayout.Bvt;
        ScoreGrid grid = ScoreGrid.Of(other, e.Input.Shape, "the scores");
        double[] all = new double[grid.Sequences.Count];
        Array.Fill(all, 1);
        RowSurvey rows = e.Input.Survey(e.Input.Scores, grid.Block(e.Input.Shape.Count), all);
        return grid.ClassCount > 1
            && Array.TrueForAll(rows.Sum, sum => Math.Abs(sum - 1) < 0.01)
            && Array.TrueForAll(rows.Min, min => min >= -0.01);
    }

    private static double LogSumExp(double[] row)
    {
        double max = row.Max();
        return max + Math.Log(row.Sum(value => Math.Exp(value - max)));
    }
}
