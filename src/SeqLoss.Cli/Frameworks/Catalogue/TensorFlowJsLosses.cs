using System.Collections.Generic;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>TensorFlow.js.</summary>
internal static class TensorFlowJsLosses
{
    private static readonly Choices<TensorFlowJsReduction> _reductions = new(
        ("none", TensorFlowJsReduction.None),
        ("mean", TensorFlowJsReduction.Mean),
        ("sum", TensorFlowJsReduction.Sum),
        ("sum_by_nonzero_weights", TensorFlowJsReduction.SumByNonzeroWeights));

    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "labelSmoothing", 0, "the mass in 0..1 that is spread over all classes");

    private static readonly Argument<TensorFlowJsReduction> _reduction = Arguments.Word(
        "reduction", TensorFlowJsReduction.SumByNonzeroWeights, _reductions, _reductions.Joined);

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "tfjs.softmaxCrossEntropy",
            Aliases = ["tfjs.losses.softmaxCrossEntropy", "tf.losses.softmaxCrossEntropy"],
            Meaning = "Logits against distributions over the last axis; divided by the weights or by the count of those that are not 0; "
                + "an empty mean is NaN.",
            Arguments =
            [
                new ArrayArgument("onehotLabels", FrameworkFile.Targets, "distributions shaped as logits", isRequired: true),
                new ArrayArgument("logits", FrameworkFile.Scores, "logits [..., V]", isRequired: true),
                new ArrayArgument("weights", FrameworkFile.Weights, "weights that broadcast to the losses") { TakesNumber = true },
                _labelSmoothing,
                _reduction,
            ],
            TargetForm = TargetForm.Numbers,
            Compute = call => Conventions.TensorFlowJs.SoftmaxCrossEntropy(
                call.Targets, call.Scores, call.Weights, call.Of(_labelSmoothing), call.Of(_reduction), call.Gradient),
            Note = call => new(
                _reductions.NameOf(call.Of(_reduction)),
                call.Of(_reduction) switch
                {
                    TensorFlowJsReduction.Mean => "the weights",
                    TensorFlowJsReduction.SumByNonzeroWeights => "the weights that are not 0, counted",
                    _ => null,
                }),
        },
    ];
}
