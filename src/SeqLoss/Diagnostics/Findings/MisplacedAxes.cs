using System;
using System.Collections.Generic;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Surveys;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL009: the axes are in another order than the layout says.</summary>
/// <remarks>
/// Either the shapes fit another layout and not this one; nothing else is then looked at. Or they fit both (V = T, distributions,
/// as many sequences as steps), and one of three things holds: only in the other layout do the scores' rows sum to one, or the target
/// rows, or as given the loss is no better than a guess and in the other layout it is, and far lower
/// (<see cref="Guessing"/>). Compared are the class axis last and in the middle, and target ids as they are and transposed.
/// Position: the first counted position; none for shapes.
/// </remarks>
internal static class MisplacedAxes
{
    /// <summary>The finding for shapes that do not fit the layout given but another.</summary>
    /// <param name="layout">The layout given.</param>
    /// <param name="refusal">What is wrong with it.</param>
    /// <param name="readings">The readings that fit.</param>
    public static Finding OfShapes(ScoreLayout layout, string refusal, IReadOnlyList<Reading> readings) => new(
        "SL009",
        FindingSeverity.Error,
        null,
        $"as {Reading.NameOf(layout)} the shapes do not fit "
        + $"({refusal.TrimEnd('.').Replace(layout.ToString(), Reading.NameOf(layout), StringComparison.Ordinal)}); "
        + $"as {string.Join(" or ", readings)} they do",
        readings[0].IsTransposed
            ? "transpose the target ids: their axes are in the order of the scores"
            : $"name the layout that the scores have (--layout {Reading.NameOf(readings[0].Layout)})");

    /// <summary>The finding for shapes that fit several readings.</summary>
    public static Finding? Find(Examination e, IReadOnlyList<Reading> others)
    {
        int first = e.FirstToken(e.Counts);
        if (others.Count == 0 || first < 0)
        {
            return null;
        }

        LossSample given = Guessing.LossesOf(e);
        double guess = Guessing.LossOf(e);
        bool isBad = Guessing.IsNoBetter(given, guess);
        bool hasBadScores = AreRowsBroken(e);
        bool hasBadTargets = e.TargetRows is { } rows && !All(e, token => IsTarget(e, rows, token));
        if (!isBad && !hasBadScores && !hasBadTargets)
        {
            return null;
        }

        foreach (Reading reading in others)
        {
            Examination other = new(e.Input, reading.Layout, reading.IdsOf(e.Ids, e.Grid.Sequences));
            LossSample losses = Guessing.LossesOf(other);
            string? evidence = hasBadTargets && AreTargets(other)
                    ? "only so do the target distributions sum to 1 over the classes"
                : !reading.IsTransposed && !AreNormalised(e) && AreNormalised(other)
                    ? "only so do the scores sum to 1 over the classes"
                : isBad && Guessing.IsFarLower(losses, given) && IsTrained(other, losses)
                    ? $"the mean of -ln p[target] is then {Text.Brief(losses.Mean)} nats instead of {Text.Brief(given.Mean)}, where "
                        + $"guessing has {Text.Brief(guess)}"
                : null;
            if (evidence is not null)
            {
                return new(
                    "SL009",
                    FindingSeverity.Error,
                    e.PositionOf(first),
                    $"the scores of shape {e.Input.Shape} are read as {Reading.NameOf(e.Grid.Layout)} and seem to be {reading}: {evidence}",
                    reading.IsTransposed
                        ? "transpose the target ids: their axes are in the order of the scores"
                        : $"name the layout that the scores have (--layout {Reading.NameOf(reading.Layout)})");
            }
        }

        return null;
    }

    /// <summary>Whether doors that take normalised numbers got others in most rows.</summary>
    private static bool AreRowsBroken(Examination e) => e.Input.Form switch
    {
        ScoreForm.Probabilities => !Most(e, token => Normalisation.IsProbabilities(e, e.ScoreRows, e.Input.Scores, token)),
        ScoreForm.LogProbabilities => !Most(e, token => Normalisation.IsLogProbabilities(e, token)),
        _ => false,
    };

    /// <summary>Whether all rows are probabilities, or all are log-probabilities.</summary>
    private static bool AreNormalised(Examination e) => e.ClassCount > 1
        && (All(e, token => Normalisation.IsProbabilities(e, e.ScoreRows, e.Input.Scores, token))
            || (All(e, token => e.ScoreRows.Max[token] < 0.1) && All(e, token => Normalisation.IsLogProbabilities(e, token))));

    /// <summary>Whether the other reading is right by itself: with fewer classes, guessing alone is cheaper.</summary>
    private static bool IsTrained(Examination other, LossSample losses)
        => !Guessing.IsNoBetter(losses, Math.Log(other.ClassCount)) && (other.AreIds || AreTargets(other));

    private static bool AreTargets(Examination e)
        => e.ClassCount > 1 && All(e, token => IsTarget(e, e.TargetRows!, token)) && e.CountTokens(e.HasClass) > 0;

    private static bool IsTarget(Examination e, RowSurvey rows, int token)
    {
        NumberBuffer distribution = e.Input.Distribution;
        return (rows.Min[token] == 0 && rows.Max[token] == 0) || Normalisation.IsProbabilities(e, rows, distribution, token);
    }

    private static bool All(Examination e, Func<int, bool> condition)
        => e.FirstToken(token => e.IsReadable[token]) >= 0 && e.FirstToken(token => e.IsReadable[token] && !condition(token)) < 0;

    private static bool Most(Examination e, Func<int, bool> condition)
        => 2 * e.CountTokens(token => e.IsReadable[token] && condition(token)) >= e.CountTokens(token => e.IsReadable[token]);
}
