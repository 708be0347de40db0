using System;
using System.Numerics.Tensors;

namespace SeqLoss.Samples;

/// <summary>The code of docs/migrate/joeynmt.md.</summary>
internal static class FromJoeyNmt
{
    public static void Run()
    {
        float[] scores =
        [
            1.0f, 0.5f, 2.0f, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1.0f,
        ];
        Tensor<float> logits = Tensor.Create(scores, [2, 3, 3]); // [B, T, V], class 0 is the padding
        Tensor<int> target = Tensor.Create([2, 1, 2, 1, 2, 0], [2, 3]);

        ConventionLoss loss = Conventions.JoeyNmt.XentLoss(logits, target, padIndex: 0, smoothing: 0.1, logProbsAre: ScoreForm.Logits);
        Console.WriteLine($"{loss.Value:F4}");
        ConventionLoss byTokens = Conventions.JoeyNmt.XentLoss(
            logits, target, padIndex: 0, smoothing: 0.1, JoeyNmtNormalization.Tokens, logProbsAre: ScoreForm.Logits);
        Console.WriteLine($"{byTokens.Value:F4}, divided by {byTokens.Divisor}");

        CrossEntropyOptions crossEntropy = new() { LabelSmoothing = 0.1, Smoothing = SmoothingKind.OthersButPad, PadIndex = 0 };
        LossSum sum = CrossEntropy.FromLogits(logits, target, TokenWeights.FromIgnoreIndex(0), crossEntropy);
        Console.WriteLine($"{sum.Sum:F4} as a cross-entropy, perplexity {sum.Perplexity:F4}");
        CrossEntropyOptions divergence = crossEntropy with { SubtractTargetEntropy = true };
        Console.WriteLine($"{CrossEntropy.FromLogits(logits, target, TokenWeights.FromIgnoreIndex(0), divergence).Sum:F4} as a divergence");
    }
}
