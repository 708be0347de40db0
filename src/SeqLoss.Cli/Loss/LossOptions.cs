using System.Collections.Generic;
using System.CommandLine;
using SeqLoss.Cli.CommandLine;
using static SeqLoss.Cli.CommandLine.OptionGroup;

namespace SeqLoss.Cli.Loss;

/// <summary>The options of the verbs that take a loss, and what help says of each.</summary>
/// <remarks>A verb registers the groups that it takes; the options of the others are then never given.</remarks>
/// <param name="takesRegression">Whether help speaks of regression too.</param>
internal sealed class LossOptions(bool takesRegression)
{
    internal Option<string> Scores { get; } = Value(
        "--scores",
        "F",
        $"The .npy file of the scores{(takesRegression ? " or predictions" : "")}: float32, float64 or float16.",
        isRequired: true);

    internal Option<string> Targets { get; } = Value(
        "--targets",
        "F",
        "The .npy file of the targets: integer ids, or an array of the scores' shape "
        + (takesRegression ? "(distributions, values)." : "(distributions)."),
        isRequired: true);

    internal Option<string> Kind { get; } = Value("--kind", "K", $"{LossChoices.Kinds.Joined}; default cross-entropy.");

    internal Option<string> ScoresAre { get; } = Value("--scores-are", "S", $"{LossChoices.ScoreForms.Joined}; default logits.");

    internal Option<string> Layout { get; } = Value(
        "--layout",
        "L",
        takesRegression
            ? "The order of the axes, B sequences, T steps, V classes, D features, N rows: "
                + $"{LossChoices.ScoreLayouts.Joined} (default btv), for regression {LossChoices.RegressionLayouts.Joined} (default btd); "
                + "bvt, bdt: one sequence is held in memory at a time."
            : $"The order of the axes, B sequences, T steps, V classes, N rows: {LossChoices.ScoreLayouts.Joined}; default btv.");

    internal Option<string> Lengths { get; } = Value("--lengths", "F", "The number of steps of each sequence, [B].");

    internal Option<string> Mask { get; } = Value(
        "--mask",
        "F",
        "1 where a position counts and 0 where not, in the order of the scores, without the axis of classes"
        + (takesRegression ? "; for regression also for each element." : "."));

    internal Option<string> Weights { get; } = Value(
        "--weights", "F", $"A weight for each position{(takesRegression ? "; for regression also for each element" : "")}.");

    internal Option<string> ExampleWeights { get; } = Value("--example-weights", "F", "A weight for each sequence, [B].");

    internal Option<string> IgnoreIndex { get; } = Value("--ignore-index", "N", "The target id that does not count; there is no default.");

    internal Option<bool> IgnoreZeroRows { get; } = Flag("--ignore-zero-rows", "Leave out target distributions that are 0 everywhere.");

    internal Option<string> ClassWeights { get; } = Value("--class-weights", "F", "A weight for each class, [V].");

    internal Option<string> LabelSmoothing { get; } = Value("--label-smoothing", "E", "The mass in 0..1 taken from the target.");

    internal Option<string> Smoothing { get; } = Value(
        "--smoothing", "S", $"Where that mass goes: {LossChoices.Smoothings.Joined}; default all (PyTorch, Keras, optax).");

    internal Option<string> PadIndex { get; } = Value("--pad-index", "N", "The class that others-but-pad leaves out.");

    internal Option<string> ZLoss { get; } = Value("--z-loss", "C", "Add C times the squared log-sum-exp to each token loss.");

    internal Option<string> SoftCap { get; } = Value("--soft-cap", "S", "Cap the logits first: S tanh(x/S).");

    internal Option<string> Temperature { get; } = Value("--temperature", "T", "Divide the logits by T, after the cap.");

    internal Option<string> Delta { get; } = Value("--delta", "D", "Where huber turns from squared to absolute; default 1.");

    internal Option<string> FeatureReduction { get; } = Value(
        "--feature-reduction",
        "R",
        $"What the errors of one step's features become: {LossChoices.FeatureReductions.Joined}; default mean.");

    internal Option<string> Reduction { get; } = Value("--reduction", "R", $"{LossChoices.Reductions.Joined}; default mean.");

    internal Option<string> Empty { get; } = Value(
        "--empty",
        "P",
        $"The value where nothing counts, that of mean in --json too: {LossChoices.EmptyPolicies.Joined}; default zero.");

    internal Option<string> Threads { get; } = Value("--threads", "N", "The most threads to use; the result does not depend on it.");

    internal Option<string> Output { get; } = Value("--output", "F", "Write the reduced loss, float64.");

    internal Option<string> PerToken { get; } = Value("--per-token", "F", "Write the weighted loss of each token, float64.");

    internal Option<string> Gradient { get; } = Value(
        "--gradient", "F", "Write the gradient with respect to the scores, float32, in their shape and order.");

    internal Option<string> Upstream { get; } = Value(
        "--upstream", "F", "What flows into the gradient of a reduced loss that is an array, in its shape; default ones.");

    internal Option<string> Vocabulary { get; } = Value(
        "--vocabulary", "F", "The text of each class, one per line: also report the costliest tokens and sequences.");

    internal Option<string> As { get; } = Value(
        "--as",
        "NAME",
        "Compute what a function of another framework gives: torch.cross_entropy, keras.CategoricalCrossentropy ... "
        + "('seqloss conventions' lists all), with its rules and the files of --scores, --targets, --weights, --mask, --class-weights "
        + "and --lengths that it takes.");

    internal Option<string[]> Set { get; } = Values(
        "--set", "NAME=VALUE", "Its arguments in its own words, one or several: --set from_logits=True reduction=sum.");

    internal Option<string> LogProbs { get; } = Value(
        "--log-probs", "F", "Write the second output of onnx.SoftmaxCrossEntropyLoss, float32, in the shape of the scores.");

    internal Option<bool> Json { get; } = Flag("--json", "Print one JSON object instead of a table.");

    /// <summary>The groups of cross-entropy's input.</summary>
    internal IReadOnlyList<OptionGroup> CrossEntropyGroups =>
    [
        new("Input", [Scores, Targets, ScoresAre, Layout]),
        Weighting,
        CrossEntropy,
    ];

    /// <summary>All groups.</summary>
    internal IReadOnlyList<OptionGroup> AllGroups =>
    [
        new("Input", [Scores, Targets, Kind, ScoresAre, Layout]),
        Weighting,
        CrossEntropy,
        new("Regression", [Delta, FeatureReduction]),
        new("Another framework", [As, Set, LogProbs]),
        new("Result", [Reduction, Empty, Threads, Output, PerToken, Gradient, Upstream, Vocabulary, Json]),
    ];

    private OptionGroup Weighting
        => new("What counts, and how much", [Lengths, Mask, Weights, ExampleWeights, IgnoreIndex, IgnoreZeroRows]);

    private OptionGroup CrossEntropy
        => new("Cross-entropy", [ClassWeights, LabelSmoothing, Smoothing, PadIndex, ZLoss, SoftCap, Temperature]);
}
