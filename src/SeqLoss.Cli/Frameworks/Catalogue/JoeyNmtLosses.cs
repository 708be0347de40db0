using System.Collections.Generic;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>JoeyNMT.</summary>
internal static class JoeyNmtLosses
{
    private static readonly Choices<JoeyNmtNormalization> _normalizations = new(
        ("batch", JoeyNmtNormalization.Batch),
        ("tokens", JoeyNmtNormalization.Tokens),
        ("sum", JoeyNmtNormalization.Sum),
        ("none", JoeyNmtNormalization.Sum));

    private static readonly Argument<int> _padIndex = Arguments.SmallInteger("pad_index", null, "the id that does not count, a class");

    private static readonly Argument<double> _smoothing = Arguments.Number(
        "smoothing", 0, "the mass in 0..1 that is spread over the other classes but padding, V - 2; then the loss is a divergence");

    private static readonly Argument<JoeyNmtNormalization> _normalization = Arguments.Word(
        "normalization", JoeyNmtNormalization.Sum, _normalizations, "batch, tokens or sum: what Batch.normalize divides by");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "joeynmt.XentLoss",
            Aliases = ["joeynmt.loss.XentLoss", "XentLoss"],
            Meaning = "The summed loss without padding; with smoothing the divergence from the smoothed targets, 0 for a perfect fit.",
            Arguments =
            [
                new ArrayArgument(
                    "log_probs", FrameworkFile.Scores, "log-probabilities [B, T, V], or what --scores-are says", isRequired: true),
                new ArrayArgument("target", FrameworkFile.Targets, "ids [B, T]", isRequired: true),
                _padIndex,
                _smoothing,
                _normalization,
            ],
            TargetForm = TargetForm.Ids,
            DefaultScoreForm = ScoreForm.LogProbabilities,
            Compute = call => Conventions.JoeyNmt.XentLoss(
                call.Scores,
                call.Targets,
                call.Of(_padIndex),
                call.Of(_smoothing),
                call.Of(_normalization),
                call.ScoresAre,
                call.Gradient),
            Note = call => new(
                _normalizations.NameOf(call.Of(_normalization)),
                call.Of(_normalization) switch
                {
                    JoeyNmtNormalization.Batch => "the sequences",
                    JoeyNmtNormalization.Tokens => "the tokens that are not padding",
                    _ => null,
                }),
        },
    ];
}
