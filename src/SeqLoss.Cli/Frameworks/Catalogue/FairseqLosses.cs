using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>fairseq's criterions.</summary>
internal static class FairseqLosses
{
    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "label_smoothing", 0, "the mass in 0..1 that is spread over the other classes, V - 1");

    private static readonly Argument<int> _paddingIdx = Arguments.SmallInteger("padding_idx", null, "the id that does not count");

    private static readonly Argument<bool> _sentenceAvg = Arguments.Flag(
        "sentence_avg", false, "whether the trainer divides by the sentences instead of the tokens");

    private static readonly Argument<long?> _ntokens = Arguments.OptionalInteger(
        "ntokens", "the tokens by which the trainer divides, as the data pipeline counts them; None counts those that are not padding");

    private static readonly Argument<bool> _reduce = Arguments.Flag("reduce", true, "the sum, or else the losses");

    private static readonly ArrayArgument _netOutput = new(
        "net_output", FrameworkFile.Scores, "logits [B, T, V], or what --scores-are says", isRequired: true);

    private static readonly ArrayArgument _target = new("target", FrameworkFile.Targets, "ids [B, T]", isRequired: true);

    private static readonly UnusedArgument _ignorePrefixSize = new("ignore_prefix_size", "0");
    private static readonly UnusedArgument _reportAccuracy = new("report_accuracy", "False", "True");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "fairseq.cross_entropy",
            Aliases = ["fairseq.criterions.cross_entropy", "fairseq.criterions.cross_entropy.CrossEntropyCriterion"],
            Meaning = "The summed loss without padding, by the sample size of which the trainer divides the gradient.",
            Arguments = [_netOutput, _target, _paddingIdx, _sentenceAvg, _reduce, _ntokens],
            TargetForm = TargetForm.Ids,
            DefaultScoreForm = ScoreForm.Logits,
            Compute = call => Conventions.Fairseq.CrossEntropy(
                call.Scores,
                call.Targets,
                call.Of(_paddingIdx),
                call.Of(_sentenceAvg),
                call.Of(_reduce),
                call.Of(_ntokens),
                call.ScoresAre,
                call.Gradient),
            Note = NoteOf,
        },
        new()
        {
            Name = "fairseq.label_smoothed_cross_entropy",
            Aliases =
            [
                "fairseq.criterions.label_smoothed_cross_entropy",
                "fairseq.criterions.label_smoothed_cross_entropy.LabelSmoothedCrossEntropyCriterion",
            ],
            Meaning = "The summed loss without padding, 1 - E on the target and E / (V - 1) on every other class; by the sample size the "
                + "trainer divides the gradient.",
            Arguments =
                [_netOutput, _target, _labelSmoothing, _paddingIdx, _sentenceAvg, _reduce, _ntokens, _ignorePrefixSize, _reportAccuracy],
            TargetForm = TargetForm.Ids,
            DefaultScoreForm = ScoreForm.Logits,
            Compute = call => Conventions.Fairseq.LabelSmoothedCrossEntropy(
                call.Scores,
                call.Targets,
                call.Of(_labelSmoothing),
                call.Of(_paddingIdx),
                call.Of(_sentenceAvg),
                call.Of(_reduce),
                call.Of(_ntokens),
                call.ScoresAre,
                call.Gradient),
            Note = NoteOf,
        },
    ];

    private static ReductionNote NoteOf(FrameworkCall call)
    {
        string counted = call.Of(_sentenceAvg) ? "the sentences"
            : call.Of(_ntokens) is null ? "the tokens that are not padding"
            : "the tokens of the data pipeline";
        return new(call.Of(_reduce) ? "sum" : "none", $"{counted}: the sample size, by which the trainer divides");
    }
}
