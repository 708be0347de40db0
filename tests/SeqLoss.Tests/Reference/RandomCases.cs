using System;
using System.Linq;

namespace SeqLoss.Tests.Reference;

/// <summary>Cases drawn from a seed.</summary>
internal static class RandomCases
{
    /// <summary>A cross-entropy of any kind: every door, target form, smoothing, weighting and option.</summary>
    /// <param name="seed">The draw.</param>
    /// <param name="rows">Whether the case is rows: T = 1, no lengths or example weights.</param>
    /// <param name="hasIds">Whether targets are ids; <see langword="null"/>: either.</param>
    public static CrossEntropyCase CrossEntropy(int seed, bool rows = false, bool? hasIds = null)
    {
        Random random = new(seed);
        Door door = Pick(random, Door.Logits, Door.Logits, Door.LogProbs, Door.Probabilities);
        bool areIds = hasIds ?? random.Next(2) == 0;
        bool smooths = random.Next(3) != 0;
        SmoothingKind smoothing = Pick(random, SmoothingKind.All, SmoothingKind.Others, SmoothingKind.OthersButPad);
        int batch = random.Next(1, 5), time = rows ? 1 : random.Next(1, 7);
        int classes = random.Next(3, 40);
        int pad = random.Next(classes);
        bool leavesPad = smoothing == SmoothingKind.OthersButPad;
        Weighting weighting = WeightingOf(random, batch, time, rows) with
        {
            IgnoredId = areIds && random.Next(3) == 0 ? Pick(random, -100, classes + 3, pad) : null,
            SkipsZeroRows = !areIds && random.Next(3) == 0,
        };
        double[] scores = Scores(random, door, batch * time, classes);
        Random ofClip = new(seed + 1);
        bool weighsClasses = random.Next(2) != 0;
        bool clips = door == Door.Probabilities && ofClip.Next(2) == 0;
        return new()
        {
            Batch = batch,
            Time = time,
            Classes = classes,
            Door = door,
            Clip = clips ? ClipOf(ofClip, scores, classes, mayClipTargets: !areIds && !leavesPad) : null,
            SubtractsTargetEntropy = !weighsClasses && ofClip.Next(2) == 0,
            Scores = scores,
            Ids = areIds ? Ids(random, batch * time, classes, leavesPad ? pad : -1, weighting.IgnoredId) : null,
            Distribution = areIds ? null : Distributions(random, batch * time, classes, leavesPad ? pad : -1, weighting.SkipsZeroRows),
            Weighting = weighting,
            LabelSmoothing = smooths ? Pick(random, 0.1, 0.3, 1.0) : 0,
            Smoothing = smoothing,
            PadIndex = leavesPad ? pad : null,
            ClassWeights = !weighsClasses ? null : Array.ConvertAll(new double[classes], _ => (random.NextDouble() * 3) - 0.5),
            ZLoss = door == Door.Logits && random.Next(3) == 0 ? 0.05 : 0,
            SoftCap = door == Door.Logits && random.Next(3) == 0 ? 4 : null,
            Temperature = door == Door.Logits && random.Next(3) == 0 ? Pick(random, 0.5, 2.0) : 1,
        };
    }

    /// <summary>A plain cross-entropy of ids, for laws that are not about options.</summary>
    public static CrossEntropyCase Plain(int seed, int batch, int time, int classes, double scale = 2)
    {
        Random random = new(seed);
        return new()
        {
            Batch = batch,
            Time = time,
            Classes = classes,
            Scores = Array.ConvertAll(new double[batch * time * classes], _ => (double)(float)(scale * Normal(random))),
            Ids = Array.ConvertAll(new long[batch * time], _ => (long)random.Next(classes)),
        };
    }

    /// <summary>A regression of any kind.</summary>
    public static RegressionCase Regression(int seed, AxisOrder order)
    {
        Random random = new(seed);
        bool isScalar = order is AxisOrder.BatchTime or AxisOrder.TimeBatch or AxisOrder.Values;
        bool isRows = order is AxisOrder.Rows or AxisOrder.Values;
        int batch = random.Next(1, 5), time = isRows ? 1 : random.Next(1, 7), features = isScalar ? 1 : random.Next(1, 6);
        int count = batch * time * features;
        bool ofElements = features > 1 && random.Next(3) == 0;
        return new()
        {
            Batch = batch,
            Time = time,
            Features = features,
            Error = Pick(random, RegressionError.Squared, RegressionError.Absolute, RegressionError.Huber),
            Delta = Pick(random, 0.5, 1.0, 2.0),
            FeatureReduction = Pick(random, FeatureReduction.Mean, FeatureReduction.Sum),
            Predictions = Array.ConvertAll(new double[count], _ => 1.5 * Normal(random)),
            Targets = Array.ConvertAll(new double[count], _ => 1.5 * Normal(random)),
            Weighting = WeightingOf(random, batch, time, isRows) with
            {
                ElementWeights = ofElements
                    ? Array.ConvertAll(new double[count], _ => random.Next(4) == 0 ? 0 : random.NextDouble() + 0.1)
                    : null,
                ElementMask = ofElements && random.Next(2) == 0 ? Array.ConvertAll(new bool[count], _ => random.Next(4) != 0) : null,
            },
        };
    }

    /// <summary>An upstream gradient for a reduction that is an array, else <see langword="null"/>.</summary>
    public static double[]? Upstream(Random random, Reduction reduction, int batch, int time, int positions)
        => CrossEntropyCall.ValueCount(reduction, batch, time, positions) is var count && reduction
            is Reduction.None or Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero
            or Reduction.PerTimestep or Reduction.PerTimestepNonzero
            ? Array.ConvertAll(new double[count], _ => (2 * random.NextDouble()) - 1)
            : null;

    public static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private static Weighting WeightingOf(Random random, int batch, int time, bool rows) => new()
    {
        Lengths = rows || random.Next(3) != 0 ? null : Array.ConvertAll(new int[batch], _ => random.Next(time + 1)),
        Mask = random.Next(3) != 0 ? null : Array.ConvertAll(new bool[batch * time], _ => random.Next(4) != 0),
        TokenWeights = random.Next(3) != 0
            ? null
            : Array.ConvertAll(new double[batch * time], _ => random.Next(5) == 0 ? 0 : (random.NextDouble() * 3) - 1),
        ExampleWeights = rows || random.Next(3) != 0 ? null : Array.ConvertAll(new double[batch], _ => random.NextDouble() + 0.5),
    };

    private static double[] Scores(Random random, Door door, int tokens, int classes)
    {
        double[] scores = Array.ConvertAll(new double[tokens * classes], _ => 2 * Normal(random));
        for (int i = 0; door != Door.Logits && i < tokens; i++)
        {
            Span<double> row = scores.AsSpan(i * classes, classes);
            double sum = 0;
            foreach (double x in row)
            {
                sum += Math.Exp(x);
            }

            foreach (ref double x in row)
            {
                x = door == Door.LogProbs ? x - Math.Log(sum) : Math.Exp(x) / sum;
            }
        }

        return scores;
    }

    /// <summary>Bounds that some probabilities are outside of and none is near, so that differences do not step over them.</summary>
    /// <remarks>The rows' sums are moved away from 1 first.</remarks>
    private static ProbabilityClip ClipOf(Random random, double[] scores, int classes, bool mayClipTargets)
    {
        bool renormalizes = random.Next(3) != 0;
        double[] shares = [.. scores];
        for (int i = 0; i < scores.Length; i += classes)
        {
            double scale = random.NextDouble() + 0.5;
            foreach (ref double p in scores.AsSpan(i, classes))
            {
                p *= scale;
            }
        }

        Array.Sort(renormalizes ? shares : shares = [.. scores]);
        int low = shares.Length / 10, high = shares.Length * 9 / 10;
        while (low > 0 && shares[low] < 1.05 * shares[low - 1])
        {
            low--;
        }

        while (high < shares.Length && shares[high] < 1.05 * shares[high - 1])
        {
            high++;
        }

        return new()
        {
            Min = low == 0 ? 1e-7 : Math.Sqrt(shares[low] * shares[low - 1]),
            Max = high == shares.Length ? 1 - 1e-7 : Math.Sqrt(shares[high] * shares[high - 1]),
            Renormalize = renormalizes,
            ClipTargets = mayClipTargets && random.Next(2) == 0,
        };
    }

    private static long[] Ids(Random random, int tokens, int classes, int pad, long? ignored)
        => Array.ConvertAll(new long[tokens], _ =>
        {
            int id = random.Next(classes);
            return ignored is { } skipped && random.Next(4) == 0 ? skipped : id == pad ? (id + 1) % classes : id;
        });

    private static double[] Distributions(Random random, int tokens, int classes, int pad, bool hasZeroRows)
    {
        double[] q = new double[tokens * classes];
        for (int i = 0; i < tokens; i++)
        {
            if (hasZeroRows && random.Next(4) == 0)
            {
                continue;
            }

            bool isOneHot = random.Next(2) == 0;
            double[] row = Array.ConvertAll(new double[classes], _ => isOneHot || random.Next(4) == 0 ? 0 : random.NextDouble());
            row[(pad + 1) % classes] += 0.5;
            if (pad >= 0)
            {
                row[pad] = 0;
            }

            double sum = row.Sum();
            for (int k = 0; k < classes; k++)
            {
                q[(i * classes) + k] = row[k] / sum;
            }
        }

        return q;
    }
}
