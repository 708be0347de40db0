using System;
using System.Linq;
using System.Numerics.Tensors;

namespace SeqLoss.Tests.Comparison;

/// <summary>A padded batch with its losses in double, computed by the definition.</summary>
internal sealed class ComparedCase
{
    public const int Pad = 0;

    public ComparedCase(int seed)
    {
        Random random = new(seed);
        Batch = random.Next(2, 6);
        Time = random.Next(3, 9);
        Classes = random.Next(5, 40);
        Lengths = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(2, Time + 1))];
        Lengths[0] = Time - 1;
        Ids = new long[Batch * Time];
        Logits = new float[Batch * Time * Classes];
        for (int i = 0; i < Logits.Length; i++)
        {
            Logits[i] = (float)((random.NextDouble() * 4) - 2);
        }

        for (int i = 0; i < Ids.Length; i++)
        {
            Ids[i] = i % Time < Lengths[i / Time] ? random.Next(1, Classes) : Pad;
            Logits[(i * Classes) + Ids[i]] += 2;
        }
    }

    public int Batch { get; }

    public int Time { get; }

    public int Classes { get; }

    public int[] Lengths { get; }

    public long[] Ids { get; }

    public float[] Logits { get; }

    public int Tokens => Lengths.Sum();

    public ReadOnlyTensorSpan<float> Scores => new(Logits, [Batch, Time, Classes]);

    public ReadOnlyTensorSpan<long> Targets => new(Ids, [Batch, Time]);

    public double[] Mask => [.. Enumerable.Range(0, Ids.Length).Select(i => i % Time < Lengths[i / Time] ? 1.0 : 0)];

    public double[] Rows => Array.ConvertAll(Logits, x => (double)x);

    /// <summary>Σ over the positions of weight·ℓ of an id, in any reading of the scores.</summary>
    /// <param name="weights">A weight for each position, in the order of the rows.</param>
    /// <param name="ids">The id of each position.</param>
    /// <param name="rows">Scores, a row for each position.</param>
    /// <param name="epsilon">Label smoothing.</param>
    /// <param name="spread">Over how many classes ε is spread: V, or V − 1 for the other classes.</param>
    public double Sum(double[] weights, long[] ids, double[] rows, double epsilon = 0, int spread = 0)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] != 0)
            {
                double[] logProbs = LogSoftmax(rows.AsSpan(i * Classes, Classes));
                double target = 1 - epsilon + (spread == Classes ? epsilon / spread : 0);
                double loss = 0;
                for (int k = 0; k < Classes; k++)
                {
                    loss -= logProbs[k] * (k == ids[i] ? target : epsilon == 0 ? 0 : epsilon / spread);
                }

                sum += weights[i] * loss;
            }
        }

        return sum;
    }

    public static double[] LogSoftmax(ReadOnlySpan<double> row)
    {
        double max = TensorPrimitives.Max(row);
        double sum = 0;
        foreach (double x in row)
        {
            sum += Math.Exp(x - max);
        }

        double lse = max + Math.Log(sum);
        return [.. row.ToArray().Select(x => x - lse)];
    }
}
