using System.Collections.Generic;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>PyTorch.</summary>
internal static class TorchLosses
{
    /// <summary>The words of PyTorch, ONNX and Liger.</summary>
    internal static readonly Choices<TorchReduction> Reductions = new(
        ("none", TorchReduction.None), ("mean", TorchReduction.Mean), ("sum", TorchReduction.Sum));

    private static readonly Argument<long> _ignoreIndex = Arguments.Integer(
        "ignore_index", -100, "the id that does not count, a class or not");

    private static readonly Argument<TorchReduction> _reduction = Arguments.Word(
        "reduction", TorchReduction.Mean, Reductions, "none, mean or sum");

    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "label_smoothing", 0, "the mass in 0..1 that is spread over all classes");

    private static readonly UnusedArgument _sizeAverage = new("size_average", "None");
    private static readonly UnusedArgument _reduce = new("reduce", "None");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "torch.cross_entropy",
            Aliases =
            [
                "torch.nn.functional.cross_entropy", "F.cross_entropy", "torch.nn.CrossEntropyLoss", "nn.CrossEntropyLoss",
                "torch.CrossEntropyLoss",
            ],
            Meaning = "Logits against ids or probabilities; mean divides by the class weights of the targets that are not ignored, "
                + "or by the rows of probabilities; an empty mean is NaN.",
            Arguments =
            [
                new ArrayArgument("input", FrameworkFile.Scores, "logits [N, C, d...] or [C]", isRequired: true),
                new ArrayArgument("target", FrameworkFile.Targets, "ids [N, d...], or probabilities shaped as input", isRequired: true),
                new ArrayArgument("weight", FrameworkFile.ClassWeights, "a weight for each class, [C]"),
                _ignoreIndex,
                _reduction,
                _labelSmoothing,
                _sizeAverage,
                _reduce,
            ],
            TargetForm = TargetForm.ByType,
            Compute = call => Conventions.Torch.CrossEntropy(
                call.Scores,
                call.Targets,
                call.ClassWeights,
                call.Of(_ignoreIndex),
                call.Of(_reduction),
                call.Of(_labelSmoothing),
                call.Gradient),
            Note = call => NoteOf(call, call.Of(_reduction), "targets"),
        },
        new()
        {
            Name = "torch.nll_loss",
            Aliases = ["torch.nn.functional.nll_loss", "F.nll_loss", "torch.nn.NLLLoss", "nn.NLLLoss", "torch.NLLLoss"],
            Meaning = "Log-probabilities against ids; mean divides by the class weights of the targets that are not ignored; "
                + "an empty mean is NaN.",
            Arguments =
            [
                new ArrayArgument("input", FrameworkFile.Scores, "log-probabilities [N, C, d...] or [C]", isRequired: true),
                new ArrayArgument("target", FrameworkFile.Targets, "ids [N, d...]", isRequired: true),
                new ArrayArgument("weight", FrameworkFile.ClassWeights, "a weight for each class, [C]"),
                _ignoreIndex,
                _reduction,
                _sizeAverage,
                _reduce,
            ],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.Torch.NllLoss(
                call.Scores, call.Targets, call.ClassWeights, call.Of(_ignoreIndex), call.Of(_reduction), call.Gradient),
            Note = call => NoteOf(call, call.Of(_reduction), "targets"),
        },
    ];

    /// <summary>What PyTorch, ONNX and Liger divide by.</summary>
    /// <param name="call">The call.</param>
    /// <param name="reduction">The reduction.</param>
    /// <param name="targets">What the framework calls the targets.</param>
    internal static ReductionNote NoteOf(FrameworkCall call, TorchReduction reduction, string targets)
    {
        string divisor = !call.AreIds ? "the rows"
            : call.ClassWeights is null ? $"the {targets} that are not ignored"
            : $"the class weights of the {targets} that are not ignored";
        return new(Reductions.NameOf(reduction), reduction == TorchReduction.Mean ? divisor : null);
    }
}
