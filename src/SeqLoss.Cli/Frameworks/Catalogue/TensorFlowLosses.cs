using System.Collections.Generic;
using System.Linq;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>TensorFlow: <c>tf.nn</c> and <c>tf.contrib</c>.</summary>
internal static class TensorFlowLosses
{
    internal static readonly UnusedArgument Name = new("name");
    internal static readonly UnusedArgument SoftmaxLossFunction = new("softmax_loss_function", "None");

    private static readonly Argument<int> _axis = Arguments.SmallInteger("axis", -1, "the axis of the classes");

    private static readonly Argument<bool> _averageTime = Arguments.Flag(
        "average_across_timesteps", true, "divide by the weights along time");

    private static readonly Argument<bool> _averageBatch = Arguments.Flag(
        "average_across_batch", true, "divide by the weights along the batch");

    private static readonly Argument<bool> _sumTime = Arguments.Flag(
        "sum_over_timesteps", false, "divide by the count of weights along time that are not 0");

    private static readonly Argument<bool> _sumBatch = Arguments.Flag(
        "sum_over_batch", false, "divide by the count of weights along the batch that are not 0");

    private static readonly Argument<bool> _averageBySize = Arguments.Flag("average_across_batch", true, "divide by B");

    private static readonly ArrayArgument[] _sequences =
    [
        new("logits", FrameworkFile.Scores, "logits [B, T, V]", isRequired: true),
        new("targets", FrameworkFile.Targets, "ids [B, T]", isRequired: true),
        new("weights", FrameworkFile.Weights, "weights [B, T]", isRequired: true) { TakesLengths = true },
    ];

    private static readonly ArrayArgument[] _steps =
    [
        new("logits", FrameworkFile.Scores, "the list of logits [B, V] as one array [T, B, V], or --layout btv", isRequired: true),
        new("targets", FrameworkFile.Targets, "the list of ids [B] as one array [T, B]", isRequired: true),
        new("weights", FrameworkFile.Weights, "the list of weights [B] as one array [T, B]", isRequired: true) { TakesLengths = true },
    ];

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        new()
        {
            Name = "tf.softmax_cross_entropy_with_logits",
            Aliases =
            [
                "tf.nn.softmax_cross_entropy_with_logits", "tf.nn.softmax_cross_entropy_with_logits_v2",
                "tf.compat.v1.nn.softmax_cross_entropy_with_logits", "tf.compat.v1.nn.softmax_cross_entropy_with_logits_v2",
                "tensorflow.nn.softmax_cross_entropy_with_logits",
            ],
            Meaning = "Logits against distributions, unreduced.",
            Arguments =
            [
                new ArrayArgument("labels", FrameworkFile.Targets, "distributions shaped as logits", isRequired: true),
                new ArrayArgument("logits", FrameworkFile.Scores, "logits of any rank", isRequired: true),
                _axis,
                Name,
            ],
            TargetForm = TargetForm.Numbers,
            Compute = call => Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(
                call.Targets, call.Scores, call.Of(_axis), call.Gradient),
            Note = _ => new("none"),
        },
        new()
        {
            Name = "tf.sparse_softmax_cross_entropy_with_logits",
            Aliases =
            [
                "tf.nn.sparse_softmax_cross_entropy_with_logits", "tf.compat.v1.nn.sparse_softmax_cross_entropy_with_logits",
                "tensorflow.nn.sparse_softmax_cross_entropy_with_logits",
            ],
            Meaning = "Logits against ids, unreduced.",
            Arguments =
            [
                new ArrayArgument("labels", FrameworkFile.Targets, "ids, the shape of logits without the last axis", isRequired: true),
                new ArrayArgument("logits", FrameworkFile.Scores, "logits [..., V]", isRequired: true),
                Name,
            ],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.TensorFlow.SparseSoftmaxCrossEntropyWithLogits(call.Targets, call.Scores, call.Gradient),
            Note = _ => new("none"),
        },
        new()
        {
            Name = "tf.sequence_loss",
            Aliases = ["tf.contrib.seq2seq.sequence_loss", "contrib.seq2seq.sequence_loss", "tensorflow.contrib.seq2seq.sequence_loss"],
            Meaning = "Weighted means over time, batch, both or neither; an empty mean is 0.",
            Arguments = [.. _sequences, _averageTime, _averageBatch, _sumTime, _sumBatch, SoftmaxLossFunction, Name],
            TargetForm = TargetForm.Ids,
            Compute = call => Conventions.TensorFlow.SequenceLoss(
                call.Scores,
                call.Targets,
                call.RequiredWeights,
                call.Of(_averageTime),
                call.Of(_averageBatch),
                call.Of(_sumTime),
                call.Of(_sumBatch),
                call.Gradient),
            Note = call => NoteOf(call, _averageTime, _averageBatch, _sumTime, _sumBatch),
        },
        new()
        {
            Name = "tf.legacy_sequence_loss",
            Aliases =
            [
                "tf.contrib.legacy_seq2seq.sequence_loss", "contrib.legacy_seq2seq.sequence_loss", "tf.legacy_seq2seq.sequence_loss",
                "tf.nn.seq2seq.sequence_loss",
            ],
            Meaning = "The sum over the batch of each sequence's weighted sum or mean, divided by B: with both averages a macro average.",
            Arguments = [.. _steps, _averageTime, _averageBySize, SoftmaxLossFunction, Name],
            TargetForm = TargetForm.Ids,
            DefaultLayout = ScoreLayout.Tbv,
            TakesLayout = true,
            Compute = call => Conventions.TensorFlow.LegacySequenceLoss(
                call.Scores,
                call.Targets,
                call.RequiredWeights,
                call.Of(_averageTime),
                call.Of(_averageBySize),
                call.Layout,
                call.Gradient),
            Note = LegacyNoteOf,
        },
        new()
        {
            Name = "tf.legacy_sequence_loss_by_example",
            Aliases =
            [
                "tf.contrib.legacy_seq2seq.sequence_loss_by_example", "contrib.legacy_seq2seq.sequence_loss_by_example",
                "tf.legacy_seq2seq.sequence_loss_by_example", "tf.nn.seq2seq.sequence_loss_by_example",
            ],
            Meaning = "The weighted sum or mean of each sequence, [B]; an empty mean is 0.",
            Arguments = [.. _steps, _averageTime, new UnusedArgument("average_across_batch", "None"), SoftmaxLossFunction, Name],
            TargetForm = TargetForm.Ids,
            DefaultLayout = ScoreLayout.Tbv,
            TakesLayout = true,
            Compute = call => Conventions.TensorFlow.LegacySequenceLossByExample(
                call.Scores, call.Targets, call.RequiredWeights, call.Of(_averageTime), call.Layout, call.Gradient),
            Note = call => new(
                call.Of(_averageTime) ? "average_across_timesteps" : "none",
                call.Of(_averageTime) ? "the weights of each sequence" : null),
        },
    ];

    /// <summary>What the sequence losses of contrib and Addons divide by.</summary>
    internal static ReductionNote NoteOf(
        FrameworkCall call, Argument<bool> averageTime, Argument<bool> averageBatch, Argument<bool> sumTime, Argument<bool> sumBatch)
    {
        Argument<bool>[] given = [.. new[] { averageTime, averageBatch, sumTime, sumBatch }.Where(call.Of)];
        if (given is not [var first, ..])
        {
            return new("none");
        }

        string what = first == averageTime || first == averageBatch ? "the weights" : "the weights that are not 0, counted";
        string along = given.Length == 2 ? "" : first == averageTime || first == sumTime ? ", along time" : ", along the batch";
        return new(string.Join(", ", given.Select(argument => argument.Name)), what + along);
    }

    private static ReductionNote LegacyNoteOf(FrameworkCall call) => (call.Of(_averageTime), call.Of(_averageBySize)) switch
    {
        (true, true) => new("average_across_timesteps, average_across_batch", "the weights of each sequence, then the sequences"),
        (true, false) => new("average_across_timesteps", "the weights of each sequence"),
        (false, true) => new("average_across_batch", "the sequences"),
        _ => new("sum"),
    };
}
