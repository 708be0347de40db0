using System;
using SeqLoss.Kernels.Softmax;

namespace SeqLoss.Planning;

/// <summary>The argument checks of cross-entropy; nothing is written before they have passed.</summary>
internal static class CrossEntropyChecks
{
    /// <summary>Checks options against each other and the kind of scores, and turns them into kernel terms.</summary>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    /// <exception cref="LossInputException">An option does not fit the number of classes.</exception>
    public static CrossEntropyTerms TermsOf(CrossEntropyOptions options, ScoreKind kind, int classes, bool areIds)
    {
        CheckRanges(options);
        if (kind != ScoreKind.Logits && (options.ZLoss != 0 || options.SoftCap is not null || options.Temperature != 1))
        {
            throw new LossOptionException(
                "z-loss, soft-cap and temperature belong to logits: they do not apply to log-probabilities or probabilities.");
        }

        if (options.Reduction == Reduction.MeanClassWeight && areIds)
        {
            throw new LossOptionException(
                "the reduction MeanClassWeight is for distributions: for ids Mean divides by the class weights already.");
        }

        if (options.PadIndex is not null && (options.Smoothing != SmoothingKind.OthersButPad))
        {
            throw new LossOptionException($"a pad index applies to the smoothing OthersButPad only, not to {options.Smoothing}.");
        }

        if (options.ClassWeights is { } weights && weights.Count != classes)
        {
            throw new LossInputException($"there are {weights.Count} class weights, but the scores have {classes} classes.");
        }

        if (options.AssumeUnitMass && kind != ScoreKind.Logits)
        {
            throw new LossOptionException(
                "only the gradient of logits depends on the mass of the targets: leave out AssumeUnitMass for probabilities.");
        }

        if (options.SubtractTargetEntropy && options.ClassWeights is not null)
        {
            throw new LossOptionException(
                "the entropy of the targets is not subtracted from a loss with class weights: give weights or subtract it, not both.");
        }

        (double alpha, double beta, int massless) = Smoothing(options, classes);
        return new CrossEntropyTerms(
            kind,
            classes,
            alpha,
            beta,
            massless,
            options.ClassWeights?.Table,
            options.ZLoss,
            options.SoftCap ?? 0,
            1 / options.Temperature,
            options.SubtractTargetEntropy,
            options.AssumeUnitMass);
    }

    /// <summary>α, β and the class without mass, of a = α·q + β.</summary>
    private static (double Alpha, double Beta, int Massless) Smoothing(CrossEntropyOptions options, int classes)
    {
        double epsilon = options.LabelSmoothing;
        if (options.Smoothing == SmoothingKind.OthersButPad && options.PadIndex is null)
        {
            throw new LossOptionException("the smoothing OthersButPad needs the pad index.");
        }

        if (epsilon == 0)
        {
            return (1, 0, -1);
        }

        switch (options.Smoothing)
        {
            case SmoothingKind.All:
                return (1 - epsilon, epsilon / classes, -1);
            case SmoothingKind.Others when classes >= 2:
                return (1 - epsilon - (epsilon / (classes - 1)), epsilon / (classes - 1), -1);
            case SmoothingKind.OthersButPad when classes >= 3:
                int pad = options.PadIndex!.Value;
                return (uint)pad < (uint)classes
                    ? (1 - epsilon - (epsilon / (classes - 2)), epsilon / (classes - 2), pad)
                    : throw new LossInputException($"the pad index is {pad}, the vocabulary has {classes} classes (0..{classes - 1}).");
            case SmoothingKind.Others or SmoothingKind.OthersButPad:
                throw new LossInputException(
                    $"the smoothing {options.Smoothing} needs at least {(options.Smoothing == SmoothingKind.Others ? 2 : 3)} "
                    + $"classes, the scores have {classes}.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Checks a clip against the scores and targets, and turns it into the kernels'.</summary>
    /// <exception cref="LossOptionException">It is out of range or does not apply.</exception>
    public static RowClip? ClipOf(ProbabilityClip? clip, ScoreKind kind, bool areIds, int massless)
    {
        if (clip is null)
        {
            return null;
        }

        if (kind != ScoreKind.Probabilities)
        {
            throw new LossOptionException("a clip belongs to probabilities: it does not apply to logits or log-probabilities.");
        }

        if (!(clip.Min >= 0 && clip.Min < clip.Max))
        {
            throw new LossOptionException($"the clip is from {Text.Of(clip.Min)} to {Text.Of(clip.Max)}: it needs 0 <= Min < Max.");
        }

        if (clip.ClipTargets && areIds)
        {
            throw new LossOptionException("the clip of targets is for distributions: ids have no probabilities to clip.");
        }

        if (clip.ClipTargets && massless >= 0)
        {
            throw new LossOptionException(
                "the clip of targets gives every class mass, the smoothing OthersButPad gives the pad index none: use one of them.");
        }

        return new(clip.Min, clip.Max, clip.Renormalize, clip.ClipTargets);
    }

    private static void CheckRanges(CrossEntropyOptions options)
    {
        if (!(options.LabelSmoothing is >= 0 and <= 1))
        {
            throw new LossOptionException($"label smoothing is {Text.Of(options.LabelSmoothing)}: it is in 0..1.");
        }

        if (!(options.ZLoss >= 0 && double.IsFinite(options.ZLoss)))
        {
            throw new LossOptionException($"z-loss is {Text.Of(options.ZLoss)}: it is a finite number, at least 0.");
        }

        if (options.SoftCap is { } cap && !(cap > 0 && double.IsFinite(cap)))
        {
            throw new LossOptionException($"the soft-cap is {Text.Of(cap)}: it is a finite number above 0.");
        }

        if (!(options.Temperature > 0 && double.IsFinite(options.Temperature) && float.IsFinite((float)(1 / options.Temperature))))
        {
            throw new LossOptionException($"the temperature is {Text.Of(options.Temperature)}: it is a finite number of at least 1e-38.");
        }

        OptionChecks.CheckDefined(options.Smoothing);
        OptionChecks.CheckCommon(options.Reduction, options.Empty, options.Threads);
    }

    /// <summary>Copies the ids that count, checking each; −1 elsewhere.</summary>
    public static void CopyIds(
        in TargetIds ids,
        TokenWeights? weights,
        in SequenceGrid grid,
        in CrossEntropyTerms terms,
        ReadOnlySpan<double> weight,
        Span<int> targets)
    {
        for (int token = 0; token < targets.Length; token++)
        {
            if (weight[token] == 0)
            {
                targets[token] = -1;
                continue;
            }

            long id = ids[token];
            if (id < 0 || id >= terms.ClassCount)
            {
                throw new LossInputException(
                    $"target{grid.Place(token)} is {id}, the vocabulary has {terms.ClassCount} classes "
                    + $"(0..{terms.ClassCount - 1}); {IgnoredId(weights)}.");
            }

            if (id == terms.MasslessClass)
            {
                throw new LossInputException(
                    $"target{grid.Place(token)} is {id}, the pad index, to which the smoothing OthersButPad gives no mass: leave "
                    + "padding out by lengths, a mask or an ignored id.");
            }

            targets[token] = (int)id;
        }
    }

    private static string IgnoredId(TokenWeights? weights)
    {
        foreach (WeightPart part in weights?.Parts ?? [])
        {
            if (part.Kind == WeightPartKind.IgnoredId)
            {
                return $"the ignored id is {part.IgnoredId}";
            }
        }

        return "no id is ignored";
    }
}
