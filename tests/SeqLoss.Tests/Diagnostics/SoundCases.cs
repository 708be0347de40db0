using System;
using System.Linq;
using SeqLoss.Tests.Reference;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>What a drawn case must be; <see langword="null"/>: either.</summary>
internal sealed record Needs
{
    public ScoreForm? Form { get; init; }

    public bool? AreIds { get; init; }

    public AxisOrder? Order { get; init; }

    /// <summary>Whether the model is trained to half the loss of guessing, or better.</summary>
    public bool IsTrained { get; init; }

    /// <summary>Whether there are sequences with eight steps or more.</summary>
    public bool HasTime { get; init; }

    /// <summary>Whether V = T.</summary>
    public bool IsSquare { get; init; }

    /// <summary>Whether B = T.</summary>
    public bool HasAsManySequencesAsSteps { get; init; }

    public int LeastClasses { get; init; } = 2;

    public int LeastCounted { get; init; }

    public bool IsSmall { get; init; }

    /// <summary>Whether ids may come in runs.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Whether scores where nothing counts are left as the model gave them.</summary>
    public bool LeavesPadding { get; init; }
}

/// <summary>Sound input drawn from a seed: models trained or not, padding that does not count, every order, door and storage.</summary>
internal static class SoundCases
{
    private const int Pad = 0;
    private const int End = 1;

    public static CheckCase Draw(Random random, Needs? needs = null)
    {
        needs ??= new();
        CheckCase drawn;
        do
        {
            drawn = DrawOnce(random, needs);
        }
        while (drawn.CountedPositions().Count < needs.LeastCounted);
        return drawn;
    }

    private static CheckCase DrawOnce(Random random, Needs needs)
    {
        AxisOrder order = needs.Order ?? (needs.HasTime || needs.IsSquare
            ? Pick(random, AxisOrder.BatchTimeClass, AxisOrder.TimeBatchClass, AxisOrder.BatchClassTime)
            : Pick(random, AxisOrder.BatchTimeClass, AxisOrder.TimeBatchClass, AxisOrder.BatchClassTime, AxisOrder.Rows));
        bool areIds = needs.AreIds ?? random.Next(4) != 0;
        (int batch, int time, int classes) = Sizes(random, order, areIds, needs);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => order == AxisOrder.Rows || random.Next(4) == 0
            ? time
            : random.Next((time + 1) / 2, time + 1))];
        long[] ids = Ids(random, lengths, time, classes, needs.MayRepeat);
        double[] logits = Logits(random, ids, classes, needs.IsTrained);
        ScoreForm form = needs.Form
            ?? Pick(random, ScoreForm.Logits, ScoreForm.Logits, ScoreForm.LogProbabilities, ScoreForm.Probabilities);
        CheckCase c = new()
        {
            Batch = batch,
            Time = time,
            Classes = classes,
            Order = order,
            Storage = Pick(random, Storage.Single, Storage.Single, Storage.Double, Storage.Half, Storage.BFloat16),
            Form = form,
            Scores = form == ScoreForm.Logits ? logits : Normalised(logits, classes, form == ScoreForm.LogProbabilities),
            Ids = ids,
        };
        c = WithPadding(random, c, lengths, areIds, needs.LeavesPadding);
        return areIds ? c : WithDistributions(random, c);
    }

    /// <summary>Probabilities of logits, or their logarithms.</summary>
    public static double[] Normalised(double[] logits, int classes, bool areLogs)
    {
        double[] normalised = new double[logits.Length];
        for (int start = 0; start < logits.Length; start += classes)
        {
            ReadOnlySpan<double> row = logits.AsSpan(start, classes);
            double max = double.NegativeInfinity, sum = 0;
            foreach (double x in row)
            {
                max = Math.Max(max, x);
            }

            foreach (double x in row)
            {
                sum += Math.Exp(x - max);
            }

            double logSumExp = max + Math.Log(sum);
            for (int v = 0; v < classes; v++)
            {
                normalised[start + v] = areLogs ? row[v] - logSumExp : Math.Exp(row[v] - logSumExp);
            }
        }

        return normalised;
    }

    public static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];

    private static (int Batch, int Time, int Classes) Sizes(Random random, AxisOrder order, bool areIds, Needs needs)
    {
        // Mostly small shapes, in which chance has most room; a few large ones, for mistakes fewer still.
        int rarity = needs.LeastCounted > 0 ? 5 : 1;
        int classes = random.Next(200 * rarity) == 0 && areIds && !needs.IsSmall ? 50_000
            : random.Next(10 * rarity) == 0 && !needs.IsSmall ? 1000
            : Pick(random, 2, 3, 4, 5, 8, 13, 30, 100);
        classes = Math.Max(classes, needs.LeastClasses);
        int batch = random.Next(2, 12);
        int time = random.Next(8, 24);
        if (needs.IsSquare || (needs.Order is null && random.Next(7) == 0 && classes <= 100))
        {
            time = Math.Clamp(classes, Math.Max(needs.LeastClasses, needs.HasTime ? 8 : 2), 24);
            classes = time;
        }

        if (needs.HasAsManySequencesAsSteps)
        {
            batch = time;
        }

        while (batch * time < (needs.LeastCounted * 3 / 2) && !needs.HasAsManySequencesAsSteps)
        {
            batch++;
        }

        return order == AxisOrder.Rows ? (batch * time, 1, classes) : (batch, time, classes);
    }

    /// <summary>Zipf's law over the classes behind padding and end; an end marker, or none; runs of one id, or none.</summary>
    private static long[] Ids(Random random, int[] lengths, int time, int classes, bool mayRepeat)
    {
        long[] ids = new long[lengths.Length * time];
        bool hasMarkers = classes >= 5;
        int first = hasMarkers ? 2 : 0;
        bool ends = hasMarkers && random.Next(3) != 0;
        double repetition = random.Next(6) == 0 && mayRepeat ? 0.7 : 0;
        double[] cumulated = new double[classes - first];
        double total = 0;
        for (int v = 0; v < cumulated.Length; v++)
        {
            cumulated[v] = total += 1 / (v + 2.0);
        }

        for (int b = 0; b < lengths.Length; b++)
        {
            for (int t = 0; t < time; t++)
            {
                int drawn = Array.BinarySearch(cumulated, random.NextDouble() * total);
                long id = first + (drawn < 0 ? ~drawn : drawn);
                bool repeats = t > 0 && t < lengths[b] && random.NextDouble() < repetition;
                ids[(b * time) + t] = t >= lengths[b] ? (hasMarkers ? Pad : id)
                    : ends && t == lengths[b] - 1 ? End
                    : repeats ? ids[(b * time) + t - 1]
                    : id;
            }
        }

        return ids;
    }

    /// <summary>Logits of a model that is trained, untrained or uniform.</summary>
    private static double[] Logits(Random random, long[] ids, int classes, bool isTrained)
    {
        int kind = isTrained ? 0 : random.Next(4);
        double[] logits = new double[ids.Length * classes];
        if (kind == 3)
        {
            Array.Fill(logits, Pick(random, 0, -3.25, 7.5));
            return logits;
        }

        double spread = kind == 2 ? Pick(random, 0.02, 0.2, 0.8) : Pick(random, 0.5, 1.5, 3.0);
        for (int i = 0; i < logits.Length; i++)
        {
            // The sum of two uniform numbers: of bounded range, and quick.
            logits[i] = spread * (random.NextDouble() + random.NextDouble() - 1) * 2.4;
        }

        if (kind < 2)
        {
            double most = Math.Min(5, (isTrained ? 0.5 : 0.85) * Math.Log(classes));
            Train(random, logits, ids, classes, 0.2 + (random.NextDouble() * Math.Max(0, most - 0.2)));
        }

        return logits;
    }

    /// <summary>Raises the targets so that the mean loss is as wanted; some tokens are confidently wrong.</summary>
    private static void Train(Random random, double[] logits, long[] ids, int classes, double wanted)
    {
        double[] rest = new double[ids.Length];
        double[] noise = new double[ids.Length];
        for (int token = 0; token < ids.Length; token++)
        {
            if (random.Next(40) == 0 && wanted > 0.4)
            {
                logits[(token * classes) + random.Next(classes)] += 5;
            }

            int target = (token * classes) + (int)ids[token];
            for (int v = 0; v < classes; v++)
            {
                int index = (token * classes) + v;
                rest[token] += index == target ? 0 : Math.Exp(logits[index]);
            }

            noise[token] = 3 * (random.NextDouble() + random.NextDouble() - 1);
        }

        double low = -30, high = 60;
        for (int step = 0; step < 50; step++)
        {
            double middle = (low + high) / 2;
            double mean = Enumerable.Range(0, ids.Length).Average(token => Math.Log(1 + (rest[token] * Math.Exp(-middle - noise[token]))));
            (low, high) = mean > wanted ? (middle, high) : (low, middle);
        }

        for (int token = 0; token < ids.Length; token++)
        {
            logits[(token * classes) + (int)ids[token]] = low + noise[token];
        }
    }

    private static CheckCase WithPadding(Random random, CheckCase c, int[] lengths, bool areIds, bool leavesPadding)
    {
        double[] prefix = [.. Enumerable.Range(0, c.Count).Select(i => i % c.Time < lengths[i / c.Time] ? 1.0 : 0.0)];
        bool hasMarkers = c.Classes >= 5;
        bool isRows = c.Order == AxisOrder.Rows;
        int kind = random.Next(areIds ? 6 : 3);
        c = kind switch
        {
            0 when !isRows => c with { Lengths = Array.ConvertAll(lengths, length => (double)length) },
            1 when !isRows => c with { Lengths = Array.ConvertAll(lengths, length => (double)length), Mask = prefix },
            3 => c with { Ids = Ignored(c.Ids, prefix, -100), IgnoreIndex = -100 },
            4 when hasMarkers => c with { IgnoreIndex = Pad, Mask = random.Next(2) == 0 ? prefix : null },
            5 when !isRows => c with
            {
                Ids = Ignored(c.Ids, prefix, -1),
                IgnoreIndex = -1,
                Lengths = Array.ConvertAll(lengths, length => (double)length),
            },
            _ => c with { Mask = prefix },
        };
        double[]? mask = c.Mask;
        if (mask is not null && c.IgnoreIndex is null && random.Next(5) == 0)
        {
            // A prompt that is not scored, or a random selection.
            bool isPrompt = random.Next(2) == 0;
            mask = [.. mask.Select((value, i) => (isPrompt ? i % c.Time < c.Time / 4 : random.Next(5) == 0) && i % c.Time > 0 ? 0 : value)];
            c = c with { Mask = mask, Lengths = isPrompt ? c.Lengths : null };
        }

        if (random.Next(6) == 0)
        {
            c = c with { TokenWeights = [.. Enumerable.Range(0, c.Count).Select(_ => 0.1 + random.NextDouble())] };
        }

        if (random.Next(6) == 0 && !isRows)
        {
            c = c with { ExampleWeights = [.. Enumerable.Range(0, c.Batch).Select(_ => 0.1 + random.NextDouble())] };
        }

        if (random.Next(3) == 0 && !leavesPadding)
        {
            SpoilPadding(c, random.Next(2) == 0 ? double.NaN : 1e4);
        }

        return c;
    }

    private static long[] Ignored(long[] ids, double[] prefix, long id) => [.. ids.Select((value, i) => prefix[i] == 0 ? id : value)];

    /// <summary>What does not count may hold anything.</summary>
    private static void SpoilPadding(CheckCase c, double value)
    {
        for (int token = 0; token < c.Count; token++)
        {
            if (!c.Counts(token / c.Time, token % c.Time))
            {
                c.Scores.AsSpan(token * c.Classes, c.Classes).Fill(value);
            }
        }
    }

    /// <summary>One-hot or smoothed distributions in place of ids; padding is zero rows.</summary>
    private static CheckCase WithDistributions(Random random, CheckCase c)
    {
        double smoothing = Pick(random, 0, 0, 0.1);
        double[] distribution = new double[c.Scores.Length];
        for (int token = 0; token < c.Count; token++)
        {
            bool counts = c.Counts(token / c.Time, token % c.Time);
            for (int v = 0; v < c.Classes && counts; v++)
            {
                distribution[(token * c.Classes) + v] = (smoothing / c.Classes) + (v == c.Ids[token] ? 1 - smoothing : 0);
            }
        }

        return c with { Ids = [], Distribution = distribution, IgnoreZeroRows = random.Next(2) == 0 };
    }
}
