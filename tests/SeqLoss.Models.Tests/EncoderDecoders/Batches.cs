using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Tests.EncoderDecoders;

/// <summary>Batches of random steps.</summary>
internal static class Batches
{
    public static PairBatch Draw(EncoderDecoderOptions options, int[] sourceLengths, int[] targetLengths, ulong seed)
        => new(DrawSide(options.Source, sourceLengths, seed), DrawSide(options.Target, targetLengths, seed + 1));

    private static SequenceBatch DrawSide(StepForm form, int[] lengths, ulong seed)
    {
        SequenceBatch batch = new(form.FeatureCount);
        int longest = 0;
        foreach (int length in lengths)
        {
            longest = Math.Max(longest, length);
        }

        batch.Reshape(lengths.Length, longest);
        for (int i = 0; i < lengths.Length; i++)
        {
            CounterRandom random = new(seed, (ulong)i);
            if (form.FeatureCount > 0)
            {
                float[] features = new float[lengths[i] * form.FeatureCount];
                for (int j = 0; j < features.Length; j++)
                {
                    features[j] = (float)random.Gaussian((ulong)j);
                }

                batch.SetFeatures(i, features);
            }
            else
            {
                int[] tokens = new int[lengths[i]];
                for (int j = 0; j < tokens.Length; j++)
                {
                    tokens[j] = SpecialTokens.Count + random.Below((ulong)j, form.VocabularySize - SpecialTokens.Count);
                }

                batch.SetTokens(i, tokens);
            }
        }

        return batch;
    }
}
