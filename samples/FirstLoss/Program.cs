using System;
using System.Numerics.Tensors;
using SeqLoss;

// Two sequences of three steps over four classes. The second has one step; what follows is padding, here even NaN.
float[] scores =
[
    2.0f, 0.1f, -1.0f, 0.3f, 0.2f, 1.5f, 0.0f, -0.5f, -0.3f, 0.4f, 2.2f, 0.1f,
    0.9f, 0.8f, 0.7f, 0.6f, 9.0f, 9.0f, 9.0f, 9.0f, float.NaN, 0, 0, 0,
];
TensorSpan<float> logits = new(scores, [2, 3, 4]); // [B, T, V]
ReadOnlyTensorSpan<int> targets = new([0, 1, 2, 3, 0, 0], [2, 3]); // [B, T]
TokenWeights weights = TokenWeights.FromLengths([3, 1]);

LossSum loss = CrossEntropy.FromLogits(logits, targets, weights);
LossSum smoothed = CrossEntropy.FromLogits(
    logits, targets, weights, new CrossEntropyOptions { LabelSmoothing = 0.1 }, gradient: logits); // overwrites the logits

Console.WriteLine($"{loss.Mean:F4} nats, perplexity {loss.Perplexity:F2}, {loss.Correct} of {loss.Tokens} tokens right");
Console.WriteLine($"{smoothed.Mean:F4} nats with label smoothing, first gradient {scores[0]:F4}");
Console.WriteLine($"{(loss + loss).Tokens} tokens in two batches: sums merge, means do not");
