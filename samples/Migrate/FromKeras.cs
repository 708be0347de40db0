using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/keras.md.</summary>
internal static class FromKeras
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
        Tensor<float> oneHot = Tensor.Create([1f, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0], [2, 3, 3]);
        Tensor<float> mask = Tensor.Create([1f, 1, 1, 1, 1, 0], [2, 3]);

        ConventionLoss padded = Conventions.Keras.CategoricalCrossentropy(oneHot, logits, fromLogits: true, sampleWeight: mask);
        ConventionLoss masked = Conventions.Keras.CategoricalCrossentropy(oneHot, logits, fromLogits: true, mask: mask);
        Console.WriteLine($"{padded.Value:F4}, divided by {padded.Divisor}");
        Console.WriteLine($"{masked.Value:F4}, divided by {masked.Divisor}");

        LossSum loss = CrossEntropy.FromLogits(logits, targets, TokenWeights.FromLengths([3, 2]));
        Console.WriteLine($"{loss.Mean:F4}, sum {loss.Sum:F4}");

        Console.WriteLine($"{Conventions.Keras.SparseCategoricalCrossentropy(targets, logits, fromLogits: true, ignoreClass: 0).Value:F4}");
        Tensor<float> bySequence = Tensor.Create([1f, 0], [2, 1]);
        ConventionLoss first = Conventions.Keras.SparseCategoricalCrossentropy(
            targets, logits, fromLogits: true, sampleWeight: bySequence);
        Console.WriteLine($"{first.Value:F4}");
    }
}
