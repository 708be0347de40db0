using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/marian.md.</summary>
internal static class FromMarian
{
    public static void Run()
    {
        float[] steps =
        [
            1.0f, 0.5f, 2.0f, 0.8f, 1.2f, 0.3f, 0.2f, 1.5f, 0.8f, 1.1f, 0.7f, 0.9f, 0.1f, 0.9f, 0.6f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> logits = Tensor.Create(steps, [3, 2, 3]); // [T, B, V]
        Tensor<int> labels = Tensor.Create([0, 1, 1, 2, 2, 0], [3, 2]); // [T, B]
        Tensor<float> mask = Tensor.Create([1f, 1, 1, 1, 1, 0], [3, 2]);

        foreach (MarianCost type in Enum.GetValues<MarianCost>())
        {
            ConventionLoss cost = Conventions.Marian.CrossEntropy(logits, labels, mask, costType: type);
            Console.WriteLine($"{type} {cost.Value:F4}, divided by {cost.Divisor}");
        }

        CrossEntropyOptions tbv = new() { Layout = ScoreLayout.Tbv };
        LossSum loss = CrossEntropy.FromLogits(logits, labels, TokenWeights.FromLengths([3, 2]), tbv);
        Console.WriteLine($"sum {loss.Sum:F4}, mean {loss.Mean:F4}, perplexity {loss.Perplexity:F4}");

        Tensor<float> wordWeights = Tensor.Create([1f, 2, 1, 1, 0.5f, 1], [3, 2]);
        ConventionLoss weighted = Conventions.Marian.CrossEntropy(
            logits, labels, mask, wordWeights, labelSmoothing: 0.1, costType: MarianCost.CeMeanWords);
        Console.WriteLine($"{weighted.Sum.Sum:F4} over {weighted.Divisor} words: {weighted.Value:F4}");
    }
}
