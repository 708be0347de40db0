using System;
using SeqLoss.Tests.Reference;

namespace SeqLoss.Tests.Linear;

/// <summary>The mean loss of a projection as a first version computes it: all in float, one step after another.</summary>
internal static class Unfused
{
    public static (float[] Hidden, float[] Vocabulary, float[] Bias) Gradients(ProjectionCase c)
    {
        int classes = c.Loss.Classes, features = c.Features;
        float[] hidden = new float[c.Hidden.Length], vocabulary = new float[c.Vocabulary.Length], bias = new float[classes];
        for (int token = 0; token < c.Loss.Tokens; token++)
        {
            float[] p = Softmax(c, token);
            p[c.Loss.Ids![token]] -= 1;
            for (int k = 0; k < classes; k++)
            {
                float g = p[k] / c.Loss.Tokens;
                bias[k] += g;
                for (int i = 0; i < features; i++)
                {
                    hidden[(token * features) + i] += g * (float)c.Vocabulary[(k * features) + i];
                    vocabulary[(k * features) + i] += g * (float)c.Hidden[(token * features) + i];
                }
            }
        }

        return (hidden, vocabulary, bias);
    }

    private static float[] Softmax(ProjectionCase c, int token)
    {
        float[] x = new float[c.Loss.Classes];
        float max = float.NegativeInfinity, sum = 0;
        for (int k = 0; k < x.Length; k++)
        {
            for (int i = 0; i < c.Features; i++)
            {
                x[k] += (float)c.Hidden[(token * c.Features) + i] * (float)c.Vocabulary[(k * c.Features) + i];
            }

            x[k] += (float)c.Bias![k];
            max = Math.Max(max, x[k]);
        }

        for (int k = 0; k < x.Length; k++)
        {
            x[k] = MathF.Exp(x[k] - max);
            sum += x[k];
        }

        return Array.ConvertAll(x, e => e / sum);
    }
}
