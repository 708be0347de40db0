using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Tests.Reference;
using static SeqLoss.Diagnostics.FindingSeverity;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>Mistakes in targets, and between targets and scores.</summary>
internal static class TargetMistakes
{
    private static readonly Needs Enough = new() { LeastCounted = 64 };

    private static readonly Needs Movable = Enough with { IsTrained = true, LeastClasses = 4, IsSmall = true, LeavesPadding = true };

    /// <summary>SL001.</summary>
    public static Mistake OutOfRange(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { AreIds = true });
        (int B, int T)[] places = Mistake.SomePositions(random, c);
        long id = SoundCases.Pick(random, c.Classes, -2, -99, c.Classes + 7, long.MaxValue, long.MinValue);
        foreach ((int b, int t) in places)
        {
            c.Ids[(b * c.Time) + t] = id;
        }

        return new(c, "SL001", Error, c.At(places[0].B, places[0].T));
    }

    /// <summary>SL009, ids and V = T: the shapes fit, and the class axis is elsewhere.</summary>
    public static Mistake MisplacedClassAxis(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Movable with
        {
            AreIds = true,
            IsSquare = true,
            Order = SoundCases.Pick(random, AxisOrder.BatchTimeClass, AxisOrder.BatchClassTime),
        });
        (int b, int t) = c.CountedPositions()[0];
        ScoreLayout layout = c.Order == AxisOrder.BatchClassTime ? ScoreLayout.Btv : ScoreLayout.Bvt;
        return new(c with { Layout = layout }, "SL009", Error, c.At(b, t));
    }

    /// <summary>SL009, distributions: they fit any layout of three axes.</summary>
    public static Mistake MisplacedDistributions(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Movable with { AreIds = false, HasTime = true }) with
        {
            Lengths = null,
            Mask = null,
            TokenWeights = null,
            ExampleWeights = null,
        };
        ScoreLayout layout = c.Order == AxisOrder.BatchClassTime
            ? SoundCases.Pick(random, ScoreLayout.Btv, ScoreLayout.Tbv)
            : ScoreLayout.Bvt;
        return new(c with { Layout = layout }, "SL009", Error, FirstAsRead(c, layout));
    }

    /// <summary>SL009, V ≠ T: the shapes fit another layout only.</summary>
    public static Mistake MisfittingShapes(Random random)
    {
        CheckCase c;
        do
        {
            c = SoundCases.Draw(random, Enough with { HasTime = true, AreIds = true, IsSmall = true });
        }
        while (c.Classes == c.Time || c.Batch == c.Time || c.Batch == c.Classes);
        ScoreLayout layout = c.Order == AxisOrder.BatchClassTime ? ScoreLayout.Btv : ScoreLayout.Bvt;
        return new(c with { Layout = layout }, "SL009", Error, null);
    }

    /// <summary>SL009: ids [T, B] beside scores [B, T, V], as many sequences as steps or not.</summary>
    public static Mistake TransposedIds(Random random)
    {
        bool isSquare = random.Next(2) == 0;
        AxisOrder order = SoundCases.Pick(random, AxisOrder.BatchTimeClass, AxisOrder.TimeBatchClass);
        CheckCase c = SoundCases.Draw(random, Movable with
        {
            HasTime = true,
            AreIds = true,
            Order = order,
            HasAsManySequencesAsSteps = isSquare,
        });

        // What counts is left whole: an ignored id would be transposed with the ids.
        c = c with { AreIdsTransposed = true, Mask = null, Lengths = null, TokenWeights = null, IgnoreIndex = null };
        c = c with { Ids = [.. c.Ids.Select(id => Math.Max(id, 0))] };
        return new(c, "SL009", Error, c.Batch == c.Time ? c.At(0, 0) : null);
    }

    /// <summary>SL010.</summary>
    public static Mistake Shifted(Random random)
    {
        int steps = SoundCases.Pick(random, 1, -1);

        // In runs few targets differ from their neighbours, and a sound model of runs is late by a step at each change.
        CheckCase c = SoundCases.Draw(
            random, Enough with { HasTime = true, AreIds = true, IsTrained = true, LeastClasses = 4, MayRepeat = false });
        long[] ids = [.. c.Ids];
        foreach ((int b, int t) in c.CountedPositions())
        {
            // The one at the end would come from outside: it stays.
            bool hasNeighbour = t + steps >= 0 && t + steps < c.Time && c.Counts(b, t + steps);
            ids[(b * c.Time) + t] = c.Ids[(b * c.Time) + t + (hasNeighbour ? steps : 0)];
        }

        c = c with { Ids = ids };
        (int B, int T)? first = null;
        foreach ((int b, int t) in c.CountedPositions())
        {
            int neighbour = t - steps;
            bool differs = neighbour >= 0 && neighbour < c.Time && c.Counts(b, neighbour)
                && c.Ids[(b * c.Time) + t] != c.Ids[(b * c.Time) + neighbour];
            first ??= differs ? (b, t) : null;
        }

        return new(c, "SL010", Error, c.At(first!.Value.B, first.Value.T));
    }

    /// <summary>SL012: rows that are zero, impossible, or miss the sum.</summary>
    public static Mistake UnusableDistributions(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { AreIds = false }) with { IgnoreZeroRows = false };
        c = c with { Mask = [.. Enumerable.Range(0, c.Count).Select(i => IsZero(c, i) ? 0.0 : c.Mask?[i] ?? 1)] };
        (int B, int T)[] places = Mistake.SomePositions(random, c);
        int kind = random.Next(3);
        int index = random.Next(c.Classes);
        foreach ((int b, int t) in places)
        {
            Span<double> row = c.Distribution.AsSpan(((b * c.Time) + t) * c.Classes, c.Classes);
            for (int v = 0; v < row.Length; v++)
            {
                row[v] *= kind == 0 ? 0 : kind == 1 ? 0.8 : 1;
            }

            row[index] = kind == 2 ? SoundCases.Pick(random, -0.2, double.NaN, double.PositiveInfinity) : row[index];
        }

        (int B, int T) first = places[0];
        return new(c, "SL012", kind == 1 ? Warning : Error, c.At(first.B, first.T, kind == 2 ? index : null));
    }

    /// <summary>SL014.</summary>
    public static Mistake OneHot(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { AreIds = false });
        while (c.Distribution.Any(value => value is not (0 or 1)))
        {
            c = SoundCases.Draw(random, Enough with { AreIds = false });
        }

        return new(c, "SL014", Note, null);
    }

    /// <summary>SL017.</summary>
    public static Mistake SmoothedTwice(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { AreIds = false, LeastClasses = 3 });
        double smoothing = SoundCases.Pick(random, 0.05, 0.1, 0.2);
        List<(int B, int T)> counted = c.CountedPositions();
        for (int token = 0; token < c.Count; token++)
        {
            Span<double> row = c.Distribution.AsSpan(token * c.Classes, c.Classes);
            int target = row.IndexOf(row.ToArray().Max());
            bool counts = counted.Contains((token / c.Time, token % c.Time));
            for (int v = 0; v < c.Classes; v++)
            {
                row[v] = counts ? (smoothing / c.Classes) + (v == target ? 1 - smoothing : 0) : 0;
            }
        }

        return new(c with { Options = new() { LabelSmoothing = 0.1 } }, "SL017", Warning, c.At(counted[0].B, counted[0].T));
    }

    private static bool IsZero(CheckCase c, int token)
        => c.Distribution.AsSpan(token * c.Classes, c.Classes).IndexOfAnyExcept(0.0) < 0;

    /// <summary>The first position, as sequences and steps of another layout, that its zero rows let count.</summary>
    private static string FirstAsRead(CheckCase c, ScoreLayout layout)
    {
        double[] stored = new Arrangement(c.Order, c.Batch, c.Time, c.Classes).Store(c.Distribution);
        nint[] sizes = new Arrangement(c.Order, c.Batch, c.Time, c.Classes).Lengths;
        int batch = (int)(layout == ScoreLayout.Tbv ? sizes[1] : sizes[0]);
        int time = (int)(layout == ScoreLayout.Tbv ? sizes[0] : layout == ScoreLayout.Btv ? sizes[1] : sizes[2]);
        int classes = (int)(layout == ScoreLayout.Bvt ? sizes[1] : sizes[2]);
        for (int place = 0; place < batch * time; place++)
        {
            (int b, int t) = (place / time, place % time);
            for (int v = 0; v < classes; v++)
            {
                int index = layout switch
                {
                    ScoreLayout.Btv => (((b * time) + t) * classes) + v,
                    ScoreLayout.Tbv => (((t * batch) + b) * classes) + v,
                    _ => (((b * classes) + v) * time) + t,
                };
                if (stored[index] != 0 || !c.IgnoreZeroRows)
                {
                    return c.At(b, t);
                }
            }
        }

        return "";
    }
}
