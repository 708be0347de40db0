using System;
using System.Collections.Generic;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>Keras 3: the classes of <c>keras.losses</c>.</summary>
internal static class KerasLosses
{
    private static readonly Choices<KerasReduction> _reductions = new(
        ("sum_over_batch_size", KerasReduction.SumOverBatchSize),
        ("mean", KerasReduction.Mean),
        ("mean_with_sample_weight", KerasReduction.MeanWithSampleWeight),
        ("sum", KerasReduction.Sum),
        ("none", KerasReduction.None));

    private static readonly Argument<bool> _fromLogits = Arguments.Flag(
        "from_logits", false, "whether y_pred is logits; probabilities are divided by their sum and clipped to 1e-7..1-1e-7");

    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "label_smoothing", 0, "the mass in 0..1 that is spread over all classes");

    private static readonly Argument<long?> _ignoreClass = Arguments.OptionalInteger(
        "ignore_class", "an id that does not count, a class or not; it acts as a mask");

    private static readonly Argument<int> _axis = Arguments.SmallInteger("axis", -1, "the axis of the classes");

    private static readonly Argument<double> _delta = Arguments.Number("delta", 1, "where the error turns from squared to absolute");

    private static readonly Argument<KerasReduction> _reduction = Arguments.Word(
        "reduction",
        KerasReduction.SumOverBatchSize,
        _reductions,
        "sum_over_batch_size or mean (divide by all losses, those of weight 0 too; with a mask by the unmasked ones), "
            + "mean_with_sample_weight, sum or none");

    private static readonly ArrayArgument _sampleWeight = new(
        "sample_weight", FrameworkFile.Weights, "weights that broadcast to the losses as in NumPy")
    {
        TakesNumber = true,
    };

    private static readonly ArrayArgument _mask = new(
        "mask", FrameworkFile.Mask, "1 where a loss counts, which Keras carries along with y_pred");

    private static readonly UnusedArgument _name = new("name");
    private static readonly UnusedArgument _dtype = new("dtype");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        Create(
            "CategoricalCrossentropy",
            "Probabilities or logits against distributions; an empty mean is 0.",
            Distributions,
            [_fromLogits, _labelSmoothing, _axis, new UnusedArgument("ignore_class", "None")],
            TargetForm.Numbers,
            call => Conventions.Keras.CategoricalCrossentropy(
                call.Targets,
                call.Scores,
                call.Of(_fromLogits),
                call.Of(_labelSmoothing),
                call.Of(_axis),
                call.Weights,
                call.Mask,
                call.Of(_reduction),
                call.Gradient)),
        Create(
            "SparseCategoricalCrossentropy",
            "Probabilities or logits against ids; an empty mean is 0.",
            "ids, the shape of y_pred without the classes; a trailing axis of length 1 is dropped",
            [_fromLogits, _ignoreClass, _axis, new UnusedArgument("label_smoothing", "0.0")],
            TargetForm.ConvertedIds,
            call => Conventions.Keras.SparseCategoricalCrossentropy(
                call.Targets,
                call.Scores,
                call.Of(_fromLogits),
                call.Of(_ignoreClass),
                call.Of(_axis),
                call.Weights,
                call.Mask,
                call.Of(_reduction),
                call.Gradient)),
        Create(
            "MeanSquaredError",
            "The mean squared error over the last axis, then the reduction over the others.",
            Values,
            [],
            TargetForm.Numbers,
            call => Conventions.Keras.MeanSquaredError(
                call.Values, call.Scores, call.Weights, call.Mask, call.Of(_reduction), call.Gradient)),
        Create(
            "MeanAbsoluteError",
            "The mean absolute error over the last axis, then the reduction over the others.",
            Values,
            [],
            TargetForm.Numbers,
            call => Conventions.Keras.MeanAbsoluteError(
                call.Values, call.Scores, call.Weights, call.Mask, call.Of(_reduction), call.Gradient)),
        Create(
            "Huber",
            "The mean Huber error over the last axis, then the reduction over the others.",
            Values,
            [_delta],
            TargetForm.Numbers,
            call => Conventions.Keras.Huber(
                call.Values, call.Scores, call.Of(_delta), call.Weights, call.Mask, call.Of(_reduction), call.Gradient)),
        Create(
            "KLDivergence",
            "The divergence of probabilities from distributions over the last axis, both clipped to 1e-7..1.",
            Distributions,
            [],
            TargetForm.Numbers,
            call => Conventions.Keras.KLDivergence(
                call.Targets, call.Scores, call.Weights, call.Mask, call.Of(_reduction), call.Gradient)),
    ];

    private const string Distributions = "distributions shaped as y_pred";
    private const string Values = "values shaped as y_pred";

    private static FrameworkLoss Create(
        string name, string meaning, string targets, Argument[] arguments, TargetForm form, Func<FrameworkCall, ConventionLoss> compute)
    {
        bool isRegression = targets == Values;
        return new()
        {
            Name = $"keras.{name}",
            Aliases = [$"keras.losses.{name}", $"tf.keras.losses.{name}", $"tensorflow.keras.losses.{name}", name],
            Meaning = meaning,
            Arguments =
            [
                new ArrayArgument("y_true", FrameworkFile.Targets, targets, isRequired: true),
                new ArrayArgument("y_pred", FrameworkFile.Scores, "predictions of any rank", isRequired: true),
                .. arguments,
                _sampleWeight,
                _mask,
                _reduction,
                _name,
                _dtype,
            ],
            TargetForm = form,
            Compute = compute,
            Note = call => NoteOf(call, isRegression ? "" : " nats"),
        };
    }

    private static ReductionNote NoteOf(FrameworkCall call, string unit)
    {
        KerasReduction reduction = call.Of(_reduction);
        bool isMasked = call.Mask is not null || call.Of(_ignoreClass) is not null;
        return new(
            _reductions.NameOf(reduction),
            reduction switch
            {
                KerasReduction.None or KerasReduction.Sum => null,
                KerasReduction.MeanWithSampleWeight => "the sample weights",
                _ => isMasked ? "the losses that are not masked" : "all losses, those of weight 0 too",
            },
            unit);
    }
}
