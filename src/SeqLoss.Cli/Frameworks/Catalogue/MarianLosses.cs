using System.Collections.Generic;
using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>Marian.</summary>
internal static class MarianLosses
{
    private static readonly Choices<MarianCost> _costs = new(
        ("ce-sum", MarianCost.CeSum),
        ("ce-mean-words", MarianCost.CeMeanWords),
        ("ce-mean", MarianCost.CeMean),
        ("cross-entropy", MarianCost.CeMean),
        ("perplexity", MarianCost.Perplexity));

    private static readonly Argument<double> _labelSmoothing = Arguments.Number(
        "label-smoothing", 0, "the mass in 0..1 that is spread over all classes");

    private static readonly Argument<MarianCost> _costType = Arguments.Word(
        "cost-type", MarianCost.CeSum, _costs, $"{_costs.Joined}: what is shown; the gradient is of the sum");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "marian.cross_entropy",
            Aliases = ["marian.CrossEntropyLoss", "marian.LabelwiseLoss", "marian"],
            Meaning = "The weighted sum beside the count of labels, which weights do not enter; the cost type says what is shown.",
            Arguments =
            [
                new ArrayArgument("logits", FrameworkFile.Scores, "logits [T, B, V]", isRequired: true),
                new ArrayArgument("labels", FrameworkFile.Targets, "ids [T, B]", isRequired: true),
                new ArrayArgument("mask", FrameworkFile.Mask, "1 where a label counts, [T, B]") { TakesLengths = true },
                new ArrayArgument("labelWeights", FrameworkFile.Weights, "weights [T, B]"),
                _labelSmoothing,
                _costType,
            ],
            TargetForm = TargetForm.Ids,
            DefaultLayout = ScoreLayout.Tbv,
            Compute = call => Conventions.Marian.CrossEntropy(
                call.Scores, call.Targets, call.Mask, call.Weights, call.Of(_labelSmoothing), call.Of(_costType), call.Gradient),
            Note = call => new(
                _costs.NameOf(call.Of(_costType)),
                call.Of(_costType) switch
                {
                    MarianCost.CeSum => null,
                    MarianCost.CeMean => "the sentences",
                    _ => "the labels that are not masked, whatever their weights",
                },
                call.Of(_costType) == MarianCost.Perplexity ? "" : " nats"),
        },
    ];
}
