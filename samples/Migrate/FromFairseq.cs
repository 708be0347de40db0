using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/fairseq.md.</summary>
internal static class FromFairseq
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.5f, 2.0f, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> netOutput = Tensor.Create(scores, [2, 3, 3]); // [B, T, V]
        Tensor<int> target = Tensor.Create([0, 1, 2, 1, 2, -1], [2, 3]); // fairseq's padding is a word, usually 1; here every word is used

        ConventionLoss plain = Conventions.Fairseq.CrossEntropy(netOutput, target, paddingIdx: -1);
        Console.WriteLine($"{plain.Value:F4}, sample size {plain.Divisor}");
        ConventionLoss loss = Conventions.Fairseq.LabelSmoothedCrossEntropy(netOutput, target, labelSmoothing: 0.1, paddingIdx: -1);
        Console.WriteLine($"{loss.Value:F4}, nll {loss.Sum.NegativeLogLikelihood:F4}");
        double bits = loss.Value / loss.Divisor / Math.Log(2);
        Console.WriteLine($"{bits:F4} bits, nll {loss.Sum.BitsPerToken:F4} bits, ppl {loss.Sum.Perplexity:F2}");

        CrossEntropyOptions smoothed = new() { LabelSmoothing = 0.1, Smoothing = SmoothingKind.Others };
        LossSum sum = CrossEntropy.FromLogits(netOutput, target, TokenWeights.FromIgnoreIndex(-1), smoothed);
        Console.WriteLine($"{sum.Sum:F4} over {sum.Tokens} tokens, {sum.BitsPerToken:F4} bits");
    }
}
