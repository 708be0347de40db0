using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/liger.md.</summary>
internal static class FromLiger
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.5f, 2.0f, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> input = Tensor.Create(scores, [6, 3]); // [N, V]
        Tensor<int> target = Tensor.Create([0, 1, 2, 1, 2, -100], [6]);

        Console.WriteLine($"{Conventions.Liger.CrossEntropy(input, target).Value:F4}");
        Console.WriteLine($"{Conventions.Liger.CrossEntropy(input, target, lseSquareScale: 0.01).Value:F4}");
        ConventionLoss all = Conventions.Liger.CrossEntropy(input, target, lseSquareScale: 0.01, labelSmoothing: 0.1, softcap: 30);
        Console.WriteLine($"{all.Value:F4}");

        CrossEntropyOptions options = new() { Layout = ScoreLayout.Nv, ZLoss = 0.01, LabelSmoothing = 0.1, SoftCap = 30 };
        Console.WriteLine($"{CrossEntropy.FromLogits(input, target, TokenWeights.FromIgnoreIndex(-100), options).Mean:F4}");

        Tensor<float> linWeight = Tensor.Create([1.0f, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]); // [V, D]
        Tensor<float> hidden = Tensor.Create(scores, [6, 3]); // [N, D]
        Tensor<float> ofWeight = Tensor.CreateFromShape<float>([3, 3]);
        ConventionLoss fused = Conventions.Liger.FusedLinearCrossEntropy(
            linWeight, hidden, target, lseSquareScale: 0.01, gradients: new() { Vocabulary = ofWeight });
        Console.WriteLine($"{fused.Value:F4}, gradient of the weight {ofWeight[0, 0]:F4}");

        TensorSpan<float> inPlace = input.AsTensorSpan();
        ConventionLoss mean = Conventions.Liger.CrossEntropy(inPlace, target, gradient: inPlace);
        Console.WriteLine($"{mean.Value:F4}, gradient {input[0, 0]:F4}");
    }
}
