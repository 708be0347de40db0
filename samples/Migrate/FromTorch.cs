using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/torch.md.</summary>
internal static class FromTorch
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.5f, 2.0f, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> logits = Tensor.Create(scores, [2, 3, 3]); // [B, T, V]
        Tensor<int> targets = Tensor.Create([0, 1, 2, 1, 2, -100], [2, 3]); // [B, T], padding is -100

        Tensor<float> rows = Tensor.Create(scores, [6, 3]);
        Tensor<int> ids = Tensor.Create([0, 1, 2, 1, 2, -100], [6]);
        Console.WriteLine($"{Conventions.Torch.CrossEntropy(rows, ids).Value:F4}");
        Console.WriteLine($"{Conventions.Torch.CrossEntropy(rows, ids, reduction: TorchReduction.Sum).Value:F4}");

        LossSum loss = CrossEntropy.FromLogits(logits, targets, TokenWeights.FromIgnoreIndex(-100));
        Console.WriteLine($"{loss.Mean:F4} of {loss.Tokens} tokens, sum {loss.Sum:F4}");

        ClassWeights weight = ClassWeights.From([1.0f, 2, 4]);
        Tensor<float> gradient = Tensor.CreateFromShape<float>([6, 3]);
        Console.WriteLine($"{Conventions.Torch.CrossEntropy(rows, ids, labelSmoothing: 0.1).Value:F4}");
        ConventionLoss weighted = Conventions.Torch.CrossEntropy(rows, ids, weight, gradient: gradient);
        Console.WriteLine($"{weighted.Value:F4}, divided by {weighted.Divisor}; gradient of the padding {gradient[5, 0]}");

        Tensor<float> linearWeight = Tensor.Create([1.0f, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]); // [C, D]
        Tensor<float> ofWeight = Tensor.CreateFromShape<float>([3, 3]);
        ConventionLoss fused = Conventions.Torch.LinearCrossEntropy(rows, linearWeight, ids, gradients: new() { Vocabulary = ofWeight });
        Console.WriteLine($"{fused.Value:F4}, gradient of the weight {ofWeight[0, 0]:F4}");
    }
}
