using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using SeqLoss.Cli.CommandLine;
using SeqLoss.Cli.Loss;

namespace SeqLoss.Cli.Frameworks;

/// <summary>Which options go with a framework's loss: its files, and outputs; all else is said by its own arguments.</summary>
internal static class FrameworkRules
{
    /// <summary>What our options are called in frameworks.</summary>
    private static readonly (string Option, string[] Arguments)[] _equivalents =
    [
        ("--ignore-index", ["ignore_index", "ignore_class", "padding_idx", "pad_index"]),
        ("--label-smoothing", ["label_smoothing", "smoothing", "labelSmoothing", "label-smoothing"]),
        ("--pad-index", ["pad_index", "padding_idx"]),
        ("--z-loss", ["lse_square_scale"]),
        ("--soft-cap", ["softcap"]),
        ("--delta", ["delta"]),
        ("--reduction", ["reduction", "normalization", "cost-type", "reduce", "average_across_timesteps"]),
        ("--layout", ["axis"]),
        ("--scores-are", ["from_logits"]),
    ];

    /// <summary>Checks options against the loss.</summary>
    /// <exception cref="UsageException">One does not apply, or lacks another.</exception>
    internal static void Check(FrameworkRequest request, LossOptions options, OptionValues values)
    {
        CheckFiles(request, options, values);
        foreach (Option option in new Option[]
        {
            options.Kind, options.ExampleWeights, options.IgnoreIndex, options.IgnoreZeroRows, options.LabelSmoothing,
            options.Smoothing, options.PadIndex, options.ZLoss, options.SoftCap, options.Temperature, options.Delta,
            options.FeatureReduction, options.Reduction, options.Empty, options.Threads, options.PerToken, options.Vocabulary,
        })
        {
            Refuse(values, option, request.Loss);
        }

        if (request.Loss.DefaultScoreForm is null)
        {
            Refuse(values, options.ScoresAre, request.Loss);
        }

        if (!request.Loss.TakesLayout)
        {
            Refuse(values, options.Layout, request.Loss);
        }
        else if (request.Layout is not (ScoreLayout.Btv or ScoreLayout.Tbv))
        {
            string layout = LossChoices.ScoreLayouts.NameOf(request.Layout);
            throw new UsageException($"--layout {layout} does not go with --as {request.Loss.Name}: use tbv or btv");
        }

        CheckRequired(request);
        CheckOutputs(request, options, values);
    }

    private static void CheckFiles(FrameworkRequest request, LossOptions options, OptionValues values)
    {
        foreach ((Option<string> option, FrameworkFile file) in new[]
        {
            (options.Weights, FrameworkFile.Weights),
            (options.Mask, FrameworkFile.Mask),
            (options.ClassWeights, FrameworkFile.ClassWeights),
        })
        {
            ArrayArgument? array = request.Loss.ArrayOf(file);
            if (array is null && values.Has(option))
            {
                throw new UsageException($"{option.Name} is no array of {request.Loss.Name}, whose arrays are {Arrays(request.Loss)}");
            }

            if (array is not null && values.Has(option) && request.Values.GetValueOrDefault(array) is not null)
            {
                throw new UsageException($"{array.Name} is given by {option.Name} and by --set: give it once");
            }
        }

        ArrayArgument? byLengths = request.Loss.Arrays.FirstOrDefault(array => array.TakesLengths);
        if (byLengths is null && values.Has(options.Lengths))
        {
            throw new UsageException($"--lengths is no array of {request.Loss.Name}, whose arrays are {Arrays(request.Loss)}");
        }

        if (byLengths is not null && values.Has(options.Lengths) && request.PathOf(byLengths.File) is not null)
        {
            throw new UsageException(
                $"--lengths makes {byLengths.Name}, and {ArrayArgument.OptionNameOf(byLengths.File)} gives it: leave out one of them");
        }
    }

    private static void CheckRequired(FrameworkRequest request)
    {
        foreach (Argument argument in request.Loss.Arguments)
        {
            bool isMissing = argument switch
            {
                ArrayArgument { IsRequired: true } array => request.PathOf(array.File) is null
                    && !(array.TakesLengths && request.Lengths is not null),
                ArrayArgument or UnusedArgument => false,
                _ => argument.IsRequired && !request.Values.ContainsKey(argument),
            };
            if (isMissing)
            {
                string cure = argument is ArrayArgument ? argument.Meaning! : $"{argument.Meaning}: --set {argument.Name}=VALUE";
                throw new UsageException($"{request.Loss.Name} needs {argument.Name}, {char.ToLowerInvariant(cure[0])}{cure[1..]}");
            }
        }
    }

    private static void CheckOutputs(FrameworkRequest request, LossOptions options, OptionValues values)
    {
        if (request.Gradient is null && values.Has(options.Upstream))
        {
            throw new UsageException("--upstream flows into --gradient, and that is missing");
        }

        if (!request.Loss.GivesLogProbs && values.Has(options.LogProbs))
        {
            throw new UsageException($"--log-probs is the second output of onnx.SoftmaxCrossEntropyLoss, {request.Loss.Name} has none");
        }

        OutputPaths.Check(
            [
                ("--scores", request.Scores), ("--targets", request.Targets), ("--lengths", request.Lengths), ("--mask", request.Mask),
                ("--weights", request.Weights), ("--class-weights", request.ClassWeights), ("--upstream", request.Upstream),
            ],
            [("--output", request.Output), ("--gradient", request.Gradient), ("--log-probs", request.LogProbs)]);
    }

    private static void Refuse(OptionValues values, Option option, FrameworkLoss loss)
    {
        if (!values.Has(option))
        {
            return;
        }

        string[] names = _equivalents.FirstOrDefault(each => each.Option == option.Name).Arguments ?? [];
        string cure = names.Select(loss.ArgumentOf).FirstOrDefault(argument => argument?.Meaning is not null) is { } equivalent
            ? $"use --set {equivalent.Name}=VALUE"
            : $"--set gives the arguments of {loss.Signature}";
        throw new UsageException($"{option.Name} does not go with --as {loss.Name}, which has rules of its own: {cure}");
    }

    private static string Arrays(FrameworkLoss loss)
        => string.Join(", ", loss.Arrays.Select(array => $"{array.Name} ({ArrayArgument.OptionNameOf(array.File)})"));
}
