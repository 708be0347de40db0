using System;
using System.Linq;
using SeqLoss.Tests.Reference;
using static SeqLoss.Diagnostics.FindingSeverity;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>Mistakes about what counts, and how much.</summary>
internal static class WeightMistakes
{
    private static readonly Needs Enough = new() { LeastCounted = 64 };

    /// <summary>SL002: everything is left out.</summary>
    public static Mistake NothingCounted(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough);
        return random.Next(2) == 0 && c.Order != AxisOrder.Rows
            ? new(c with { Lengths = new double[c.Batch] }, "SL002", Error, null)
            : new(c with { Mask = new double[c.Count] }, "SL002", Error, null);
    }

    /// <summary>SL002: a sequence is left out.</summary>
    public static Mistake EmptySequence(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { HasTime = true });
        int empty = random.Next(c.Batch);
        double[] weights = [.. Enumerable.Range(0, c.Batch).Select(b => b == empty ? 0 : c.ExampleWeights?[b] ?? 1)];
        return new(c with { ExampleWeights = weights }, "SL002", Warning, $"[b={empty}]");
    }

    /// <summary>SL007.</summary>
    public static Mistake CountedPadding(Random random)
    {
        while (true)
        {
            CheckCase c = SoundCases.Draw(random, Enough with { HasTime = true, LeastClasses = 5, AreIds = true, LeavesPadding = true });
            c = c with
            {
                Ids = [.. c.Ids.Select(id => Math.Max(id, 0))],
                Lengths = null,
                Mask = null,
                TokenWeights = null,
                ExampleWeights = null,
                IgnoreIndex = null,
            };
            int[] padding = [.. Enumerable.Range(0, c.Batch).Select(b => PaddingOf(c, b))];

            // Where all sequences end in it, it may be the end marker too, and runs of one be just that.
            int shortest = padding.Contains(0) ? 1 : 2;
            int first = Array.FindIndex(padding, count => count >= shortest);

            // "Several sequences": three of them at least, and of two steps at least.
            if (padding.Count(count => count > 1) > 2)
            {
                return new(c, "SL007", Warning, c.At(first, c.Time - padding[first]));
            }
        }
    }

    /// <summary>SL008: lengths beside a mask, an ignored id, or tails of one id, of which one is a step off.</summary>
    public static Mistake DisagreeingEnds(Random random)
    {
        while (true)
        {
            CheckCase c = SoundCases.Draw(random, Enough with { HasTime = true, LeastClasses = 5, AreIds = true });
            c = c with { Ids = [.. c.Ids.Select(id => Math.Max(id, 0))], Mask = null, IgnoreIndex = null };
            int[] lengths = [.. Enumerable.Range(0, c.Batch).Select(b => c.Time - PaddingOf(c, b))];
            int kind = random.Next(3);
            int off = kind == 2 ? -1 : SoundCases.Pick(random, -1, 1);
            bool isEverySequence = random.Next(2) == 0;
            int chosen = random.Next(c.Batch);
            double[] given =
            [
                .. lengths.Select((length, b) => (double)Math.Clamp(length + (isEverySequence || b == chosen ? off : 0), 1, c.Time)),
            ];
            int first = Enumerable.Range(0, c.Batch).FirstOrDefault(b => given[b] != lengths[b], -1);
            bool isUsual = lengths.Count(length => c.Time - length > 3) > 2;
            if (first < 0 || !isUsual)
            {
                continue;
            }

            double[] mask = [.. Enumerable.Range(0, c.Count).Select(i => i % c.Time < lengths[i / c.Time] ? 1.0 : 0.0)];
            c = kind switch
            {
                0 => c with { Lengths = given, Mask = mask },
                1 => c with { Lengths = given, IgnoreIndex = 0 },
                _ => c with { Lengths = given },
            };
            return new(c, "SL008", Warning, c.At(first, (int)Math.Min(given[first], lengths[first])));
        }
    }

    /// <summary>SL013.</summary>
    public static Mistake UnusableWeights(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough);
        int part = random.Next(c.Order == AxisOrder.Rows ? 2 : 3);
        double[] weights = new double[part == 0 ? c.Count : part == 1 ? c.Classes : c.Batch];
        int kind = random.Next(3);
        int index = random.Next(weights.Length);
        if (kind < 2)
        {
            Array.Fill(weights, 0.5);
            weights[index] = kind == 0 ? SoundCases.Pick(random, double.NaN, double.PositiveInfinity) : -0.25;
        }

        c = part switch
        {
            0 => c with { TokenWeights = weights },
            1 => c with { ClassWeights = weights },
            _ => c with { ExampleWeights = weights },
        };
        string position = part switch
        {
            0 => c.At(index / c.Time, index % c.Time),
            1 => $"[v={index}]",
            _ => $"[b={index}]",
        };
        return new(c, "SL013", kind == 0 ? Error : Warning, kind == 2 ? null : position);
    }

    /// <summary>SL015.</summary>
    public static Mistake UnusableLengths(Random random)
    {
        CheckCase c = SoundCases.Draw(random, Enough with { HasTime = true });
        if (random.Next(2) == 0)
        {
            double[] lengths = [.. Enumerable.Repeat((double)c.Time, c.Batch)];
            int sequence = random.Next(c.Batch);
            lengths[sequence] = SoundCases.Pick(random, c.Time + 1, -1, 2.5, double.NaN, 1e300);
            return new(c with { Lengths = lengths }, "SL015", Error, $"[b={sequence}]");
        }

        double[] mask = [.. Enumerable.Repeat(1.0, c.Count)];
        int token = random.Next(c.Count);
        mask[token] = SoundCases.Pick(random, 2, 0.5, -1, double.NaN, double.NegativeInfinity);
        return new(c with { Mask = mask, Lengths = null }, "SL015", Error, c.At(token / c.Time, token % c.Time));
    }

    private static int PaddingOf(CheckCase c, int b)
    {
        int count = 0;
        while (count < c.Time && c.Ids[(b * c.Time) + c.Time - 1 - count] == 0)
        {
            count++;
        }

        return count;
    }
}
