using System;
using System.Numerics.Tensors;

namespace SeqLoss.Tests.Reference;

/// <summary>A cross-entropy whose logits are hidden·vocabularyᵀ + bias, in canonical order; all values are exact in float.</summary>
internal sealed record ProjectionCase
{
    /// <summary>The loss, its scores the logits in double.</summary>
    public required CrossEntropyCase Loss { get; init; }

    /// <summary>D.</summary>
    public required int Features { get; init; }

    /// <summary><c>[B, T, D]</c>.</summary>
    public required double[] Hidden { get; init; }

    /// <summary><c>[V, D]</c>.</summary>
    public required double[] Vocabulary { get; init; }

    /// <summary><c>[V]</c>, or <see langword="null"/>.</summary>
    public double[]? Bias { get; init; }

    /// <summary>Draws operands for a loss; logits have about the given scale.</summary>
    public static ProjectionCase Of(CrossEntropyCase loss, int features, int seed, bool hasBias = true, double scale = 2)
    {
        Random random = new(seed);
        double[] Draw(int count, double size)
            => Array.ConvertAll(new double[count], _ => (double)(float)(size * RandomCases.Normal(random)));
        return new ProjectionCase
        {
            Loss = loss,
            Features = features,
            Hidden = Draw(loss.Tokens * features, 1),
            Vocabulary = Draw(loss.Classes * features, scale / Math.Sqrt(features)),
            Bias = hasBias ? Draw(loss.Classes, 1) : null,
        }.WithLogits();
    }

    /// <summary>The case with the logits of its operands.</summary>
    public ProjectionCase WithLogits()
    {
        double[] logits = new double[Loss.Tokens * Loss.Classes];
        for (int token = 0; token < Loss.Tokens; token++)
        {
            for (int k = 0; k < Loss.Classes; k++)
            {
                double product = TensorPrimitives.Dot<double>(RowOf(Hidden, token), RowOf(Vocabulary, k));
                logits[(token * Loss.Classes) + k] = product + (Bias?[k] ?? 0);
            }
        }

        return this with { Loss = Loss with { Scores = logits } };
    }

    /// <summary>The case with operands as BF16 holds them.</summary>
    public ProjectionCase Rounded() => (this with
    {
        Hidden = Array.ConvertAll(Hidden, value => ScoreArray.Round(Storage.BFloat16, value)),
        Vocabulary = Array.ConvertAll(Vocabulary, value => ScoreArray.Round(Storage.BFloat16, value)),
    }).WithLogits();

    /// <summary>The gradients by the chain rule, in double.</summary>
    /// <param name="reduction">The reduction.</param>
    /// <param name="upstream">∂L/∂(reduced loss), or ones.</param>
    public (double[] Hidden, double[] Vocabulary, double[] Bias) Gradients(Reduction reduction, double[]? upstream = null)
        => Gradients(CrossEntropyReference.ClosedFormGradient(Loss, reduction, upstream));

    /// <summary>The gradients by the chain rule, from a gradient of the logits.</summary>
    public (double[] Hidden, double[] Vocabulary, double[] Bias) Gradients(double[] ofLogits)
    {
        double[] hidden = new double[Hidden.Length], vocabulary = new double[Vocabulary.Length], bias = new double[Loss.Classes];
        for (int token = 0; token < Loss.Tokens; token++)
        {
            for (int k = 0; k < Loss.Classes; k++)
            {
                double g = ofLogits[(token * Loss.Classes) + k];
                if (g != 0)
                {
                    bias[k] += g;
                    Add(g, RowOf(Vocabulary, k), hidden.AsSpan(token * Features, Features));
                    Add(g, RowOf(Hidden, token), vocabulary.AsSpan(k * Features, Features));
                }
            }
        }

        return (hidden, vocabulary, bias);
    }

    public override string ToString() => $"{Loss} of {Features} features, {(Bias is null ? "no bias" : "bias")}";

    private static void Add(double factor, ReadOnlySpan<double> row, Span<double> sum)
        => TensorPrimitives.MultiplyAdd(row, factor, sum, sum);

    private ReadOnlySpan<double> RowOf(double[] values, int row) => values.AsSpan(row * Features, Features);
}
