using System;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>What a decoder reads while it is taught.</summary>
internal static class DecoderInput
{
    /// <summary>Teacher forcing: the targets one step later, beginning with <see cref="SpecialTokens.Begin"/> or a row of zeros.</summary>
    public static void Write(SequenceBatch target, SequenceBatch input)
    {
        input.Reshape(target.Count, target.MaxLength);
        target.Lengths.CopyTo(input.Lengths);
        int width = target.FeatureCount;
        for (int sequence = 0; sequence < target.Count; sequence++)
        {
            int first = sequence * target.MaxLength;
            int kept = Math.Max(0, target.Lengths[sequence] - 1);
            if (width == 0)
            {
                input.Tokens[first] = SpecialTokens.Begin;
                target.Tokens.Slice(first, kept).CopyTo(input.Tokens[(first + 1)..]);
            }
            else
            {
                target.Features.Slice(first * width, kept * width).CopyTo(input.Features[((first + 1) * width)..]);
            }
        }
    }
}
