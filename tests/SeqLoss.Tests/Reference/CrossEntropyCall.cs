using System;
using System.Linq;
using System.Numerics.Tensors;

namespace SeqLoss.Tests.Reference;

/// <summary>Hands a case to the library and brings the answer back to canonical order.</summary>
internal static class CrossEntropyCall
{
    public static Outcome Run(CrossEntropyCase c, CallSettings settings)
    {
        Arrangement arrangement = c.Arrange(settings.Order);
        CrossEntropyOptions options = c.Options(arrangement, settings.Reduction, settings.Empty, settings.Threads);
        ScoreArray scores = new(settings.Storage, arrangement.Lengths, arrangement.Store(c.Scores));
        ScoreArray? distribution = c.Distribution is null
            ? null
            : new(settings.Storage, arrangement.Lengths, arrangement.Store(c.Distribution));
        ScoreArray gradient = settings.IsInPlace
            ? scores
            : new(settings.GradientStorage ?? settings.Storage, arrangement.Lengths, [.. Enumerable.Repeat(double.NaN, c.Scores.Length)]);
        double[] reduced = new double[ValueCount(settings.Reduction, c.Batch, c.Time, c.Tokens)];
        double[] tokenLoss = new double[c.Tokens];
        double[] logSumExp = new double[c.Door == Door.Logits ? c.Tokens : 0];
        double[] entropy = new double[c.Tokens];
        int[] argMax = new int[c.Tokens];
        LossOutputs outputs = new() { Reduced = reduced, TokenLoss = tokenLoss, LogSumExp = logSumExp, Entropy = entropy, ArgMax = argMax };
        Gradient destination = settings.WantsGradient ? gradient.AsGradient() : default;
        if (settings.Upstream is not null)
        {
            destination = destination.WithUpstream(StoreReduced(arrangement, settings.Reduction, settings.Upstream));
        }

        LossSum sum = Invoke(
            c.Door,
            scores.AsScores(),
            TargetsOf(c, arrangement, distribution, settings.AreIdsWide),
            c.Weighting.Build(arrangement, distribution),
            options,
            destination,
            outputs);
        return new(
            sum,
            settings.Reduction == Reduction.None ? arrangement.RestoreTokens<double>(reduced) : reduced,
            arrangement.RestoreTokens<double>(tokenLoss),
            arrangement.Restore<double>(gradient.ToDoubles()),
            gradient.ToBytes())
        {
            LogSumExp = logSumExp.Length == 0 ? [] : arrangement.RestoreTokens<double>(logSumExp),
            Entropy = arrangement.RestoreTokens<double>(entropy),
            ArgMax = arrangement.RestoreTokens<int>(argMax),
        };
    }

    public static LossSum Invoke(
        Door door,
        Scores scores,
        Targets targets,
        TokenWeights? weights,
        CrossEntropyOptions? options,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => door switch
        {
            Door.Logits => CrossEntropy.FromLogits(scores, targets, weights, options, gradient, outputs),
            Door.LogProbs => CrossEntropy.FromLogProbs(scores, targets, weights, options, gradient, outputs),
            _ => CrossEntropy.FromProbabilities(scores, targets, weights, options, gradient, outputs),
        };

    /// <summary>The targets of a case in stored order.</summary>
    public static Targets TargetsOf(CrossEntropyCase c, Arrangement arrangement, ScoreArray? distribution, bool areIdsWide)
    {
        if (distribution is not null)
        {
            return distribution.AsTargets();
        }

        long[] ids = arrangement.StoreTokens(c.Ids!);
        if (areIdsWide)
        {
            return new ReadOnlyTensorSpan<long>(ids, arrangement.TokenLengths);
        }

        return new ReadOnlyTensorSpan<int>(Array.ConvertAll(ids, id => (int)id), arrangement.TokenLengths);
    }

    /// <summary>An array shaped as the reduced loss, in stored order.</summary>
    public static double[] StoreReduced(Arrangement arrangement, Reduction reduction, double[] values)
        => reduction == Reduction.None && values.Length == arrangement.Batch * arrangement.Time ? arrangement.StoreTokens(values)
            : reduction == Reduction.None ? arrangement.Store(values)
            : values;

    /// <summary>The number of values of a reduced loss.</summary>
    public static int ValueCount(Reduction reduction, int batch, int time, int positions) => reduction switch
    {
        Reduction.None => positions,
        Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero => batch,
        Reduction.PerTimestep or Reduction.PerTimestepNonzero => time,
        _ => 1,
    };
}
