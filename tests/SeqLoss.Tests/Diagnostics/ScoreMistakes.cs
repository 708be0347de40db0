using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using static SeqLoss.Diagnostics.FindingSeverity;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>Mistakes about what scores are, and scores that are broken.</summary>
internal static class ScoreMistakes
{
    private static readonly Needs Enough = new() { LeastCounted = 64 };

    /// <summary>SL003.</summary>
    public static Mistake Broken(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough);
        (int B, int T)[] places = Mistake.SomePositions(random, c);
        (int b, int t) = places[0];
        bool isRow = c.Form != ScoreForm.Probabilities && random.Next(4) == 0;
        int index = random.Next(c.Classes);
        double value = SoundCases.Pick(random, double.NaN, double.PositiveInfinity);
        foreach ((int B, int T) place in places)
        {
            Span<double> row = c.Scores.AsSpan(((place.B * c.Time) + place.T) * c.Classes, c.Classes);
            if (isRow)
            {
                row.Fill(double.NegativeInfinity);
            }
            else
            {
                row[index] = value;
            }
        }

        return new(c, "SL003", Error, c.At(b, t, isRow ? null : index));
    }

    /// <summary>SL004.</summary>
    public static Mistake ProbabilitiesAsLogits(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { Form = ScoreForm.Probabilities, IsTrained = true });
        return new(c with { Form = ScoreForm.Logits }, "SL004", Error, First(c));
    }

    /// <summary>SL004 where all numbers are alike.</summary>
    public static Mistake UniformProbabilitiesAsLogits(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { Form = ScoreForm.Logits });
        Array.Fill(c.Scores, 1.0 / c.Classes);
        return new(c, "SL004", Warning, First(c));
    }

    /// <summary>SL005.</summary>
    public static Mistake LogProbabilitiesAsLogits(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { Form = ScoreForm.LogProbabilities });
        return new(c with { Form = ScoreForm.Logits }, "SL005", Note, First(c));
    }

    /// <summary>SL006, all rows.</summary>
    public static Mistake WrongDoor(Random random)
    {
        ScoreForm form = SoundCases.Pick(random, ScoreForm.Logits, ScoreForm.LogProbabilities, ScoreForm.Probabilities);
        CheckCase c = SoundCases.Draw(random, Enough with { Form = form, IsTrained = true });
        ScoreForm claimed = form == ScoreForm.Probabilities ? ScoreForm.LogProbabilities
            : form == ScoreForm.LogProbabilities ? ScoreForm.Probabilities
            : SoundCases.Pick(random, ScoreForm.Probabilities, ScoreForm.LogProbabilities);
        (int b, int t) = c.CountedPositions()[0];
        return new(c with { Form = claimed }, "SL006", Error, c.At(b, t, ImpossibleClass(c, claimed, b, t)));
    }

    /// <summary>SL006, a few rows that miss the sum.</summary>
    public static Mistake UnnormalisedRows(Random random)
    {
        ScoreForm form = SoundCases.Pick(random, ScoreForm.Probabilities, ScoreForm.LogProbabilities);
        CheckCase c = SoundCases.Draw(random, Enough with { Form = form });
        (int B, int T)[] places = Mistake.SomePositions(random, c);
        foreach ((int b, int t) in places)
        {
            foreach (ref double value in c.Scores.AsSpan(((b * c.Time) + t) * c.Classes, c.Classes))
            {
                value = form == ScoreForm.Probabilities ? 0.9 * value : value - 0.1;
            }
        }

        return new(c, "SL006", Error, c.At(places[0].B, places[0].T));
    }

    /// <summary>SL011.</summary>
    public static Mistake ConfidentlyWrong(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { Form = ScoreForm.Logits, LeastClasses = 3, IsSmall = true });
        double size = SoundCases.Pick(random, 12, 40, 200);
        for (int i = 0; i < c.Scores.Length; i++)
        {
            c.Scores[i] = double.IsNaN(c.Scores[i]) ? double.NaN : (float)(size * (random.NextDouble() - 0.5));
        }

        (int B, int T) first = c.CountedPositions().FirstOrDefault(place => LossOf(c, place) > Math.Log(c.Classes));
        return new(c, "SL011", Warning, c.At(first.B, first.T));
    }

    /// <summary>SL016.</summary>
    public static Mistake ImpossibleTargets(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { IsTrained = true, AreIds = true });
        (int B, int T)[] places = Mistake.SomePositions(random, c);
        foreach ((int b, int t) in places)
        {
            int token = (b * c.Time) + t;
            Span<double> row = c.Scores.AsSpan(token * c.Classes, c.Classes);
            int target = (int)c.Ids[token];
            if (c.Form == ScoreForm.Logits)
            {
                row[target] = double.NegativeInfinity;
                continue;
            }

            row.Fill(c.Form == ScoreForm.Probabilities ? 0 : double.NegativeInfinity);
            row[(target + 1) % c.Classes] = c.Form == ScoreForm.Probabilities ? 1 : 0;
        }

        (int B, int T) first = places[0];
        return new(c, "SL016", Error, c.At(first.B, first.T, (int)c.Ids[(first.B * c.Time) + first.T]));
    }

    private static string First(CheckCase c)
    {
        (int b, int t) = c.CountedPositions()[0];
        return c.At(b, t);
    }

    private static double LossOf(CheckCase c, (int B, int T) place)
    {
        int token = (place.B * c.Time) + place.T;
        ReadOnlySpan<double> row = c.Scores.AsSpan(token * c.Classes, c.Classes);
        double[] stored = Array.ConvertAll(row.ToArray(), value => ScoreArray.Round(c.Storage, value));
        int target = c.Ids.Length > 0 ? (int)c.Ids[token] : -1;
        double max = stored.Max();
        double logSumExp = max + Math.Log(stored.Sum(value => Math.Exp(value - max)));
        return target >= 0
            ? logSumExp - stored[target]
            : Enumerable.Range(0, c.Classes).Sum(v => c.Distribution[(token * c.Classes) + v] * (logSumExp - stored[v]));
    }

    private static int? ImpossibleClass(CheckCase c, ScoreForm claimed, int b, int t)
    {
        ReadOnlySpan<double> row = c.Scores.AsSpan(((b * c.Time) + t) * c.Classes, c.Classes);
        int index = Array.FindIndex(
            Array.ConvertAll(row.ToArray(), value => ScoreArray.Round(c.Storage, value)),
            value => claimed == ScoreForm.Probabilities ? value is < -0.01 or > 1.01 : value > 0.1);
        return index < 0 ? null : index;
    }
}
