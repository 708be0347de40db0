using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>Liger-Kernel.</summary>
internal static class LigerLosses
{
    private static readonly Argument<long> _ignoreIndex = Arguments.Integer("ignore_index", -100, "the id that does not count");

    private static readonly Argument<double> _lseSquareScale = Arguments.Number(
        "lse_square_scale", 0, "the factor of the squared log-sum-exp, which is added without class weights");

    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "label_smoothing", 0, "the mass in 0..1 that is spread over all classes");

    private static readonly Argument<TorchReduction> _reduction = Arguments.Word(
        "reduction", TorchReduction.Mean, TorchLosses.Reductions, "none, mean or sum");

    private static readonly Argument<double?> _softcap = Arguments.OptionalNumber("softcap", "caps the logits first: s tanh(x/s)");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "liger.cross_entropy",
            Aliases =
            [
                "LigerCrossEntropyLoss", "liger.LigerCrossEntropyLoss", "liger_kernel.transformers.LigerCrossEntropyLoss",
                "liger_kernel.transformers.functional.liger_cross_entropy", "liger_cross_entropy",
            ],
            Meaning = "PyTorch's cross-entropy of ids with z-loss and soft-cap; mean divides the z-loss by the targets that are not "
                + "ignored, class weights or not; an empty mean is 0.",
            Arguments =
            [
                new ArrayArgument("input", FrameworkFile.Scores, "logits [N, V]", isRequired: true),
                new ArrayArgument("target", FrameworkFile.Targets, "ids [N]", isRequired: true),
                new ArrayArgument("weight", FrameworkFile.ClassWeights, "a weight for each class, [V]"),
                _ignoreIndex,
                _lseSquareScale,
                _labelSmoothing,
                _reduction,
                _softcap,
                new UnusedArgument("return_z_loss", "False"),
                new UnusedArgument("return_token_accuracy", "False"),
                new UnusedArgument("return_predicted_tokens", "False"),
            ],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.Liger.CrossEntropy(
                call.Scores,
                call.Targets,
                call.ClassWeights,
                call.Of(_ignoreIndex),
                call.Of(_lseSquareScale),
                call.Of(_labelSmoothing),
                call.Of(_reduction),
                call.Of(_softcap),
                call.Gradient),
            Note = call => TorchLosses.NoteOf(call, call.Of(_reduction), "targets"),
        },
    ];
}
