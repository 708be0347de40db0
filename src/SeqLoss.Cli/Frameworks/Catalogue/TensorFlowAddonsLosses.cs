using System;
using System.Collections.Generic;

namespace SeqLoss.Cli.Frameworks.Catalogue;

/// <summary>TensorFlow Addons: the function and the class, whose defaults differ.</summary>
internal static class TensorFlowAddonsLosses
{
    private const string Meaning = "Weighted means over time, batch, both or neither, or sums divided by the count of weights that are "
        + "not 0; an empty mean is 0.";

    internal static IReadOnlyList<FrameworkLoss> All { get; } =
    [
        Create(
            "tfa.sequence_loss",
            ["tfa.seq2seq.sequence_loss", "tensorflow_addons.seq2seq.sequence_loss"],
            ("logits", "targets", "weights"),
            areAveraged: true),
        Create(
            "tfa.SequenceLoss",
            ["tfa.seq2seq.SequenceLoss", "tensorflow_addons.seq2seq.SequenceLoss"],
            ("y_pred", "y_true", "sample_weight"),
            areAveraged: false),
    ];

    private static FrameworkLoss Create(
        string name, string[] aliases, (string Scores, string Targets, string Weights) arrays, bool areAveraged)
    {
        Argument<bool> averageTime = Arguments.Flag("average_across_timesteps", areAveraged, "divide by the weights along time");
        Argument<bool> averageBatch = Arguments.Flag("average_across_batch", areAveraged, "divide by the weights along the batch");
        Argument<bool> sumTime = Arguments.Flag(
            "sum_over_timesteps", !areAveraged, "divide by the count of weights along time that are not 0");
        Argument<bool> sumBatch = Arguments.Flag(
            "sum_over_batch", !areAveraged, "divide by the count of weights along the batch that are not 0");
        ArrayArgument[] files =
        [
            new(arrays.Scores, FrameworkFile.Scores, "logits [B, T, V]", isRequired: true),
            new(arrays.Targets, FrameworkFile.Targets, "ids [B, T], or distributions [B, T, V]", isRequired: true),
            new(arrays.Weights, FrameworkFile.Weights, "weights [B, T]", isRequired: true) { TakesLengths = true },
        ];
        if (!areAveraged)
        {
            // Keras calls a loss as (y_true, y_pred, sample_weight).
            Array.Reverse(files, 0, 2);
        }

        return new()
        {
            Name = name,
            Aliases = aliases,
            Meaning = Meaning,
            Arguments =
                [.. files, averageTime, averageBatch, sumTime, sumBatch, TensorFlowLosses.SoftmaxLossFunction, TensorFlowLosses.Name],
            TargetForm = TargetForm.ByRank,
            Compute = call => Conventions.TensorFlowAddons.SequenceLoss(
                call.Scores,
                call.Targets,
                call.RequiredWeights,
                call.Of(averageTime),
                call.Of(averageBatch),
                call.Of(sumTime),
                call.Of(sumBatch),
                call.Gradient),
            Note = call => TensorFlowLosses.NoteOf(call, averageTime, averageBatch, sumTime, sumBatch),
        };
    }
}
