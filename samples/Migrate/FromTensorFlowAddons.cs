using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/tensorflow-addons.md.</summary>
internal static class FromTensorFlowAddons
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.5f, 2.0f, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> logits = Tensor.Create(scores, [2, 3, 3]); // [B, T, V]
        Tensor<int> targets = Tensor.Create([0, 1, 2, 1, 2, 0], [2, 3]); // [B, T]
        Tensor<float> weights = Tensor.Create([1f, 1, 1, 1, 1, 0], [2, 3]);

        Console.WriteLine($"{Conventions.TensorFlowAddons.SequenceLoss(logits, targets, weights).Value:F4}");
        ConventionLoss bySequence = Conventions.TensorFlowAddons.SequenceLoss(logits, targets, weights, averageAcrossBatch: false);
        Console.WriteLine($"[{bySequence.Values![0]:F4}, {bySequence.Values[1]:F4}]");

        double[] losses = new double[2];
        CrossEntropy.FromLogits(
            logits,
            targets,
            TokenWeights.FromLengths([3, 2]),
            new CrossEntropyOptions { Reduction = Reduction.PerExample },
            outputs: new LossOutputs { Reduced = losses });
        Console.WriteLine($"[{losses[0]:F4}, {losses[1]:F4}]");

        Tensor<float> doubled = Tensor.Create([2f, 2, 2, 2, 2, 0], [2, 3]);
        Console.WriteLine($"{Conventions.TensorFlowAddons.SequenceLoss(logits, targets, doubled).Value:F4}");
        ConventionLoss sum = Conventions.TensorFlowAddons.SequenceLoss(
            logits, targets, doubled, averageAcrossTimesteps: false, averageAcrossBatch: false, sumOverTimesteps: true, sumOverBatch: true);
        Console.WriteLine($"{sum.Value:F4}, divided by {sum.Divisor}");
    }
}
