using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/onnx.md.</summary>
internal static class FromOnnx
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.2f, 0.1f, 0.5f, 1.5f, 0.9f, 2.0f, 0.8f, 0.6f,
            0.8f, 1.1f, 0.5f, 1.2f, 0.7f, 0.2f, 0.3f, 0.9f, 1.0f,
        ];
        Tensor<float> logits = Tensor.Create(scores, [2, 3, 3]); // [B, V, T]
        Tensor<int> labels = Tensor.Create([0, 1, 2, 1, 2, -1], [2, 3]); // [B, T], padding is -1

        Tensor<float> logProb = Tensor.CreateFromShape<float>([2, 3, 3]);
        ConventionLoss output = Conventions.Onnx.SoftmaxCrossEntropyLoss(logits, labels, ignoreIndex: -1, logProb: logProb);
        Console.WriteLine($"{output.Value:F4}, divided by {output.Divisor}; log_prob {logProb[0, 0, 0]:F4}");
        ConventionLoss nll = Conventions.Onnx.NegativeLogLikelihoodLoss(logProb, labels, ignoreIndex: -1);
        Console.WriteLine($"{nll.Value:F4}");

        CrossEntropyOptions bvt = new() { Layout = ScoreLayout.Bvt };
        Console.WriteLine($"{CrossEntropy.FromLogits(logits, labels, TokenWeights.FromIgnoreIndex(-1), bvt).Mean:F4}");
    }
}
