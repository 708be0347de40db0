using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/tensorflow.md.</summary>
internal static class FromTensorFlow
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

        Tensor<bool> weights = Conventions.TensorFlow.SequenceMask([3, 2]);
        Console.WriteLine($"{Conventions.TensorFlow.SequenceLoss(logits, targets, weights).Value:F4}");
        ConventionLoss bySequence = Conventions.TensorFlow.SequenceLoss(logits, targets, weights, averageAcrossBatch: false);
        Console.WriteLine($"[{bySequence.Values![0]:F4}, {bySequence.Values[1]:F4}]");

        Console.WriteLine($"{CrossEntropy.FromLogits(logits, targets, TokenWeights.FromLengths([3, 2])).Mean:F4}");

        ConventionLoss byExample = Conventions.TensorFlow.LegacySequenceLossByExample(logits, targets, weights, layout: ScoreLayout.Btv);
        Console.WriteLine($"[{byExample.Values![0]:F4}, {byExample.Values[1]:F4}]");
        Console.WriteLine($"{Conventions.TensorFlow.LegacySequenceLoss(logits, targets, weights, layout: ScoreLayout.Btv).Value:F4}");

        Tensor<float> labels = Tensor.Create([0f, 1, 0, 0, 0, 1], [2, 3]);
        Tensor<float> two = Tensor.Create([1.0f, 2.0f, 0.5f, 0.2f, 0.8f, 1.5f], [2, 3]);
        Tensor<double> perStep = Conventions.TensorFlow.SoftmaxCrossEntropyWithLogits(labels, two).Values!;
        Console.WriteLine($"[{perStep[0]:F4}, {perStep[1]:F4}]");
    }
}
