using System;
using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>optax: everything is unreduced.</summary>
internal static class OptaxLosses
{
    private static readonly Argument<int> _axis = Arguments.SmallInteger("axis", -1, "the axis of the classes");

    private static readonly Argument<int[]> _axes = Arguments.Axes("axis", -1, "the axis of the classes, or several that are adjacent");

    private static readonly Argument<double> _delta = Arguments.Number("delta", 1, "where the error turns from squared to absolute");

    private static readonly Argument<double> _epsilon = Arguments.Number("epsilon", 2, "only 0, the cross-entropy, is computed");

    private static readonly ArrayArgument _where = new(
        "where", FrameworkFile.Mask, "1 where a class is there, shaped as logits, or where a loss is");

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        CrossEntropy("softmax_cross_entropy", "Logits against distributions, unreduced."),
        CrossEntropy("safe_softmax_cross_entropy", "Logits against distributions, unreduced; a logit of -inf without mass costs nothing."),
        new()
        {
            Name = "optax.softmax_cross_entropy_with_integer_labels",
            Aliases = AliasesOf("softmax_cross_entropy_with_integer_labels"),
            Meaning = "Logits against ids, unreduced.",
            Arguments = [Logits, Labels("ids, the shape of logits without the axis of the classes"), _axes, _where],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(
                call.Scores, call.Targets, call.Of(_axes), call.Mask, call.Gradient),
            Note = _ => new("none"),
        },
        new()
        {
            Name = "optax.poly_loss_cross_entropy",
            Aliases = AliasesOf("poly_loss_cross_entropy"),
            Meaning = "Logits against distributions, unreduced; without its polynomial term, so with epsilon=0 alone.",
            Arguments = [Logits, Labels(Distributions), _epsilon, _axes, _where],
            TargetForm = TargetForm.Numbers,
            Compute = call => call.Of(_epsilon) == 0
                ? Conventions.Optax.SoftmaxCrossEntropy(call.Scores, call.Targets, call.Of(_axes), call.Mask, call.Gradient)
                : throw new UsageException("optax.poly_loss_cross_entropy is computed without its polynomial term: use --set epsilon=0"),
            Note = _ => new("none"),
        },
        new()
        {
            Name = "optax.kl_divergence",
            Aliases = AliasesOf("kl_divergence"),
            Meaning = "The divergence of log-probabilities from distributions, unreduced.",
            Arguments =
            [
                new ArrayArgument("log_predictions", FrameworkFile.Scores, "log-probabilities of any rank", isRequired: true),
                new ArrayArgument("targets", FrameworkFile.Targets, "distributions shaped as log_predictions", isRequired: true),
                _axis,
            ],
            TargetForm = TargetForm.Numbers,
            Compute = call => Conventions.Optax.KlDivergence(call.Scores, call.Targets, call.Of(_axis), call.Gradient),
            Note = _ => new("none"),
        },
        Regression(
            "squared_error", "The squared error of each element.", [],
            call => Conventions.Optax.SquaredError(call.Scores, call.Values, call.Gradient)),
        Regression(
            "l2_loss", "Half the squared error of each element.", [],
            call => Conventions.Optax.L2Loss(call.Scores, call.Values, call.Gradient)),
        Regression(
            "huber_loss", "The Huber error of each element.", [_delta],
            call => Conventions.Optax.HuberLoss(call.Scores, call.Values, call.Of(_delta), call.Gradient)),
    ];

    private const string Distributions = "distributions shaped as logits";

    private static ArrayArgument Logits => new("logits", FrameworkFile.Scores, "logits of any rank", isRequired: true);

    private static ArrayArgument Labels(string meaning) => new("labels", FrameworkFile.Targets, meaning, isRequired: true);

    private static FrameworkLoss CrossEntropy(string name, string meaning) => new()
    {
        Name = $"optax.{name}",
        Aliases = AliasesOf(name),
        Meaning = meaning,
        Arguments = [Logits, Labels(Distributions), _axes, _where],
        TargetForm = TargetForm.Numbers,
        Compute = call => Conventions.Optax.SoftmaxCrossEntropy(
            call.Scores, call.Targets, call.Of(_axes), call.Mask, call.Gradient),
        Note = _ => new("none"),
    };

    private static FrameworkLoss Regression(
        string name, string meaning, Argument[] arguments, Func<FrameworkCall, ConventionLoss> compute)
        => new()
        {
            Name = $"optax.{name}",
            Aliases = AliasesOf(name),
            Meaning = meaning,
            Arguments =
            [
                new ArrayArgument("predictions", FrameworkFile.Scores, "predictions of any rank", isRequired: true),
                new ArrayArgument("targets", FrameworkFile.Targets, "values shaped as predictions", isRequired: true),
                .. arguments,
            ],
            TargetForm = TargetForm.Numbers,
            Compute = compute,
            Note = _ => new("none", Unit: ""),
        };

    private static string[] AliasesOf(string name) => [$"optax.losses.{name}"];
}
