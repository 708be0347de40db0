using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;

namespace SeqLoss.Tests.Reference;

/// <summary>What the library answered to a projection, in canonical order.</summary>
internal sealed record ProjectionOutcome(LossSum Sum, float[] Hidden, float[] Vocabulary, float[] Bias)
{
    public required double[] Reduced { get; init; }

    public required double[] TokenLoss { get; init; }

    public required double[] LogSumExp { get; init; }

    public required double[] Entropy { get; init; }

    public required int[] ArgMax { get; init; }
}

/// <summary>Hands a projection to the library and brings the answer back to canonical order.</summary>
internal static class ProjectionCall
{
    /// <summary>Computes with options that stand in for those of the case.</summary>
    public static ProjectionOutcome Run(
        ProjectionCase c,
        CallSettings settings,
        LinearCrossEntropyOptions? options = null,
        ProductLibrary library = ProductLibrary.Managed,
        bool wantsGradients = true)
    {
        Arrangement arrangement = new(settings.Order, c.Loss.Batch, c.Loss.Time, c.Features);
        CrossEntropyOptions loss = c.Loss.Options(arrangement, settings.Reduction, settings.Empty, settings.Threads);
        LinearCrossEntropy linear = new((options ?? LinearCrossEntropyOptions.Default) with { Loss = loss }, library);
        ScoreArray hidden = new(settings.Storage, arrangement.Lengths, arrangement.Store(c.Hidden));
        ScoreArray vocabulary = new(settings.Storage, [c.Loss.Classes, c.Features], c.Vocabulary);
        float[] ofHidden = Filled(c.Hidden.Length), ofVocabulary = Filled(c.Vocabulary.Length), ofBias = Filled(c.Loss.Classes);
        float[] bias = c.Bias is null ? [] : Array.ConvertAll(c.Bias, value => (float)value);
        double[] reduced = new double[CrossEntropyCall.ValueCount(settings.Reduction, c.Loss.Batch, c.Loss.Time, c.Loss.Tokens)];
        double[] tokenLoss = new double[c.Loss.Tokens], logSumExp = new double[c.Loss.Tokens], entropy = new double[c.Loss.Tokens];
        int[] argMax = new int[c.Loss.Tokens];
        ProjectionGradients gradients = !wantsGradients ? default : new()
        {
            Hidden = new TensorSpan<float>(ofHidden, arrangement.Lengths),
            Vocabulary = new TensorSpan<float>(ofVocabulary, [c.Loss.Classes, c.Features]),
            Bias = ofBias,
            Upstream = settings.Upstream is null ? [] : CrossEntropyCall.StoreReduced(arrangement, settings.Reduction, settings.Upstream),
        };
        LossSum sum = linear.Compute(
            hidden.AsScores(),
            new(vocabulary.AsScores()) { Bias = bias },
            CrossEntropyCall.TargetsOf(c.Loss, arrangement, null, settings.AreIdsWide),
            c.Loss.Weighting.Build(arrangement),
            gradients,
            new() { Reduced = reduced, TokenLoss = tokenLoss, LogSumExp = logSumExp, Entropy = entropy, ArgMax = argMax });
        return new(sum, arrangement.Restore<float>(ofHidden), ofVocabulary, ofBias)
        {
            Reduced = settings.Reduction == Reduction.None ? arrangement.RestoreTokens<double>(reduced) : reduced,
            TokenLoss = arrangement.RestoreTokens<double>(tokenLoss),
            LogSumExp = arrangement.RestoreTokens<double>(logSumExp),
            Entropy = arrangement.RestoreTokens<double>(entropy),
            ArgMax = arrangement.RestoreTokens<int>(argMax),
        };
    }

    /// <summary>NaN where nothing has been written.</summary>
    private static float[] Filled(int count) => [.. Enumerable.Repeat(float.NaN, count)];
}
