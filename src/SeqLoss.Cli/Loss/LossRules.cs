using System;
using System.CommandLine;
using System.Globalization;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Loss;

/// <summary>Which options go with which: an option without effect is a mistake, so it is refused.</summary>
internal static class LossRules
{
    /// <summary>Checks options against each other.</summary>
    /// <exception cref="UsageException">One does not apply to the kind, the door or the reduction, or lacks another.</exception>
    internal static void Check(LossRequest request, LossOptions options, OptionValues values)
    {
        Refuse(values, options.Set, "gives the arguments of --as NAME, and that is missing");
        Refuse(values, options.LogProbs, "is the second output of --as onnx.SoftmaxCrossEntropyLoss, and that is missing");
        CheckKind(request, options, values);
        CheckDoor(request, options, values);
        CheckSmoothing(request, options, values);
        CheckRanges(request);
        CheckReduction(request, options, values);
        CheckLayout(request);
        CheckOutputs(request, options, values);
    }

    /// <summary>Checks options against the form of the targets, which their file tells.</summary>
    /// <exception cref="UsageException">One does not apply to ids, or to distributions.</exception>
    internal static void CheckTargetForm(LossRequest request, bool areIds)
    {
        string? wrong = request.IsRegression ? null
            : areIds && request.IgnoreZeroRows
                ? "--ignore-zero-rows is for target distributions, these targets are ids: use --ignore-index, --lengths or --mask"
            : areIds && request.Reduction == Reduction.MeanClassWeight
                ? "--reduction mean-class-weight is for target distributions, these targets are ids: "
                    + "use mean, which divides by the class weights of the targets"
            : !areIds && request.IgnoreIndex is not null
                ? "--ignore-index is for target ids, these targets are distributions: use --ignore-zero-rows, --lengths or --mask"
            : !areIds && request.Vocabulary is not null
                ? "--vocabulary is for target ids, these targets are distributions: leave it out"
            : null;
        if (wrong is not null)
        {
            throw new UsageException(wrong);
        }
    }

    /// <summary>Checks options against the form of mask and weights, which their files tell.</summary>
    /// <exception cref="UsageException">Features that count one by one are not reduced.</exception>
    internal static void CheckElementWeights(LossRequest request, bool areOfElements)
    {
        if (areOfElements && request.FeatureReduction is not null)
        {
            throw new UsageException(
                "--feature-reduction is for weights of positions, and --mask or --weights has a value for each element: leave it out");
        }
    }

    private static void CheckKind(LossRequest request, LossOptions options, OptionValues values)
    {
        if (request.Kind != LossKind.Huber)
        {
            Refuse(values, options.Delta, "is for --kind huber");
        }

        if (!request.IsRegression)
        {
            Refuse(values, options.FeatureReduction, "is for regression (--kind mse, mae or huber)");
            return;
        }

        foreach (Option option in new Option[]
        {
            options.ScoresAre, options.IgnoreIndex, options.IgnoreZeroRows, options.ClassWeights, options.LabelSmoothing, options.Smoothing,
            options.PadIndex, options.ZLoss, options.SoftCap, options.Temperature, options.Vocabulary,
        })
        {
            Refuse(values, option, "is for --kind cross-entropy");
        }

        if (!request.Layout.Contains('d', StringComparison.Ordinal))
        {
            Refuse(values, options.FeatureReduction, $"is for layouts with features, and --layout {request.Layout} has none");
        }

        if (request.Reduction == Reduction.MeanClassWeight)
        {
            throw new UsageException("--reduction mean-class-weight is for --kind cross-entropy with target distributions: use mean");
        }
    }

    private static void CheckDoor(LossRequest request, LossOptions options, OptionValues values)
    {
        if (request.ScoresAre != ScoreForm.Logits)
        {
            foreach (Option option in new[] { options.ZLoss, options.SoftCap, options.Temperature })
            {
                Refuse(values, option, $"is for logits, and --scores-are is {LossChoices.ScoreForms.NameOf(request.ScoresAre)}");
            }
        }
    }

    private static void CheckSmoothing(LossRequest request, LossOptions options, OptionValues values)
    {
        if (request.LabelSmoothing is null)
        {
            Refuse(values, options.Smoothing, "says where --label-smoothing puts its mass, and that is missing");
        }

        if (request.Smoothing != SmoothingKind.OthersButPad)
        {
            Refuse(values, options.PadIndex, "is for --smoothing others-but-pad");
        }
        else if (request.PadIndex is null)
        {
            throw new UsageException("--smoothing others-but-pad needs --pad-index N, the class that gets no mass");
        }
    }

    private static void CheckRanges(LossRequest request)
    {
        (string Option, double? Value, bool IsInside, string Range)[] ranges =
        [
            ("--label-smoothing", request.LabelSmoothing, request.LabelSmoothing is null or (>= 0 and <= 1), "in 0..1"),
            ("--pad-index", request.PadIndex, request.PadIndex is null or >= 0, "a class, at least 0"),
            ("--z-loss", request.ZLoss, request.ZLoss is null or >= 0, "at least 0"),
            ("--soft-cap", request.SoftCap, request.SoftCap is null or > 0, "above 0"),
            ("--temperature", request.Temperature, request.Temperature is null or > 0, "above 0"),
            ("--delta", request.Delta, request.Delta is null or > 0, "above 0"),
            ("--threads", request.Threads, request.Threads is null or >= 1, "at least 1"),
        ];
        foreach ((string option, double? value, bool isInside, string range) in ranges)
        {
            if (!isInside)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}: it is {range}"));
            }
        }
    }

    private static void CheckReduction(LossRequest request, LossOptions options, OptionValues values)
    {
        if (request.Gradient is null)
        {
            Refuse(values, options.Upstream, "flows into --gradient, and that is missing");
        }

        if (!LossChoices.IsArray(request.Reduction))
        {
            Refuse(
                values,
                options.Upstream,
                $"is for reductions that are arrays, {LossChoices.Reductions.NameOf(request.Reduction)} is one number: "
                + "multiply its gradient instead");
        }
    }

    private static void CheckLayout(LossRequest request)
    {
        if (request.Layout[0] == 'n' && (request.Lengths ?? request.ExampleWeights) is not null)
        {
            string option = request.Lengths is not null ? "--lengths" : "--example-weights";
            throw new UsageException(
                $"{option} has one value a sequence, --layout {request.Layout} has rows without sequences: use --mask or --weights");
        }
    }

    private static void CheckOutputs(LossRequest request, LossOptions options, OptionValues values)
    {
        if (request.Json)
        {
            Refuse(values, options.Vocabulary, "is for the report, and --json prints none: leave out one of them");
        }

        OutputPaths.Check(
            [
                ("--scores", request.Scores), ("--targets", request.Targets), ("--lengths", request.Lengths), ("--mask", request.Mask),
                ("--weights", request.Weights), ("--example-weights", request.ExampleWeights), ("--class-weights", request.ClassWeights),
                ("--upstream", request.Upstream), ("--vocabulary", request.Vocabulary),
            ],
            [("--output", request.Output), ("--per-token", request.PerToken), ("--gradient", request.Gradient)]);
    }

    private static void Refuse(OptionValues values, Option option, string reason)
    {
        if (values.Has(option))
        {
            throw new UsageException($"{option.Name} {reason}");
        }
    }
}
