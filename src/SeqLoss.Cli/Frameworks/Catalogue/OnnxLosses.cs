using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>ONNX operators.</summary>
internal static class OnnxLosses
{
    private static readonly Argument<long?> _ignoreIndex = Arguments.OptionalInteger(
        "ignore_index", "the id that does not count, a class or not");

    private static readonly Argument<TorchReduction> _reduction = Arguments.Word(
        "reduction", TorchReduction.Mean, TorchLosses.Reductions, "none, mean or sum");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "onnx.SoftmaxCrossEntropyLoss",
            Aliases = ["SoftmaxCrossEntropyLoss", "ai.onnx.SoftmaxCrossEntropyLoss"],
            Meaning = "Logits against ids, of any rank; mean divides by the class weights of the labels that are not ignored; "
                + "an empty mean is NaN; --log-probs F writes the second output.",
            Arguments =
            [
                new ArrayArgument("scores", FrameworkFile.Scores, "logits [N, C, d...]", isRequired: true),
                new ArrayArgument("labels", FrameworkFile.Targets, "ids [N, d...]", isRequired: true),
                new ArrayArgument("weights", FrameworkFile.ClassWeights, "a weight for each class, [C]"),
                _ignoreIndex,
                _reduction,
            ],
            TargetForm = TargetForm.Ids,
            GivesLogProbs = true,
            Compute = call => Conventions.Onnx.SoftmaxCrossEntropyLoss(
                call.Scores,
                call.Targets,
                call.ClassWeights,
                call.Of(_ignoreIndex),
                call.Of(_reduction),
                call.Gradient,
                call.LogProbs),
            Note = call => TorchLosses.NoteOf(call, call.Of(_reduction), "labels"),
        },
        new()
        {
            Name = "onnx.NegativeLogLikelihoodLoss",
            Aliases = ["NegativeLogLikelihoodLoss", "ai.onnx.NegativeLogLikelihoodLoss"],
            Meaning = "Log-probabilities against ids, of any rank; mean divides by the class weights of the targets that are not ignored; "
                + "an empty mean is NaN.",
            Arguments =
            [
                new ArrayArgument("input", FrameworkFile.Scores, "log-probabilities [N, C, d...]", isRequired: true),
                new ArrayArgument("target", FrameworkFile.Targets, "ids [N, d...]", isRequired: true),
                new ArrayArgument("weight", FrameworkFile.ClassWeights, "a weight for each class, [C]"),
                _ignoreIndex,
                _reduction,
            ],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.Onnx.NegativeLogLikelihoodLoss(
                call.Scores, call.Targets, call.ClassWeights, call.Of(_ignoreIndex), call.Of(_reduction), call.Gradient),
            Note = call => TorchLosses.NoteOf(call, call.Of(_reduction), "targets"),
        },
    ];
}
