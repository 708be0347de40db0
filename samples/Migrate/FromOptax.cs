using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/optax.md.</summary>
internal static class FromOptax
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
        Tensor<bool> mask = Tensor.Create([true, true, true, true, true, false], [2, 3]);

        ConventionLoss losses = Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, targets, where: mask);
        Console.WriteLine($"{Tensor.Sum<double>(losses.Values!) / 6:F4}");
        Console.WriteLine($"{losses.Sum.Mean:F4}");

        Console.WriteLine($"{CrossEntropy.FromLogits(logits, targets, TokenWeights.FromMask(mask)).Mean:F4}");

        Tensor<float> oneHot = Tensor.Create([1f, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0], [2, 3, 3]);
        Tensor<double> smoothed = Conventions.Optax.SmoothLabels(oneHot, 0.1);
        Console.WriteLine($"{Conventions.Optax.SoftmaxCrossEntropy(logits, smoothed, where: mask).Sum.Mean:F4}");
        Tensor<double> half = Conventions.Optax.L2Loss(Tensor.Create([3.0], [1]), Tensor.Create([1.0], [1])).Values!;
        Console.WriteLine($"{half[0]:F4}");

        CrossEntropyOptions options = new() { LabelSmoothing = 0.1 };
        Console.WriteLine($"{CrossEntropy.FromLogits(logits, targets, TokenWeights.FromMask(mask), options).Mean:F4}");
    }
}
