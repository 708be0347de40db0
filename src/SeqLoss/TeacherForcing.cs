using System;

namespace SeqLoss;

/// <summary>Makes what a decoder reads and what it must predict out of target sequences.</summary>
public static class TeacherForcing
{
    /// <summary>Shifts target sequences right: decoder inputs and labels together, so that neither is off by one.</summary>
    /// <remarks>
    /// A sequence y₁ … yₙ becomes the inputs <c>start y₁ … yₙ</c> and the labels <c>y₁ … yₙ end</c>: at each step the decoder reads
    /// what came before and is scored on what comes next. Both have n + 1 steps; the rest is padding. Score them with
    /// <see cref="TokenWeights.FromLengths(ReadOnlySpan{int})"/> of the new lengths.
    /// </remarks>
    /// <param name="tokens">Target ids without start and end, shape <c>[B, T]</c>; ids beyond a length are not read.</param>
    /// <param name="lengths">The number of ids of each sequence in 0..T, shape <c>[B]</c>.</param>
    /// <param name="start">The id that begins the decoder's input.</param>
    /// <param name="end">The id that ends the labels.</param>
    /// <param name="pad">The id that fills both behind their end.</param>
    /// <param name="decoderInputs">Destination, shape <c>[B, T + 1]</c>.</param>
    /// <param name="labels">Destination, shape <c>[B, T + 1]</c>.</param>
    /// <param name="shiftedLengths">Destination, shape <c>[B]</c>: each length plus one.</param>
    /// <exception cref="LossInputException">
    /// The sizes do not fit together, or a length is not in 0..T. Nothing has been written.
    /// </exception>
    public static void ShiftRight(
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<int> lengths,
        int start,
        int end,
        int pad,
        Span<int> decoderInputs,
        Span<int> labels,
        Span<int> shiftedLengths)
    {
        int batch = lengths.Length;
        int time = batch == 0 ? 0 : tokens.Length / batch;
        if ((long)time * batch != tokens.Length)
        {
            throw new LossInputException($"{tokens.Length} tokens cannot be shared among {batch} sequences: tokens has shape [B, T].");
        }

        int shifted = tokens.Length + batch;
        if (decoderInputs.Length != shifted || labels.Length != shifted || shiftedLengths.Length != batch)
        {
            throw new LossInputException(
                $"decoder inputs and labels have shape [B, T + 1] and shifted lengths [B]: [{batch}, {time + 1}] and [{batch}] are needed, "
                + $"but they hold {decoderInputs.Length}, {labels.Length} and {shiftedLengths.Length}.");
        }

        for (int b = 0; b < batch; b++)
        {
            if ((uint)lengths[b] > (uint)time)
            {
                throw new LossInputException($"length[b={b}] is {lengths[b]}, but the sequences have {time} steps (0..{time}).");
            }
        }

        for (int b = 0; b < batch; b++)
        {
            int length = lengths[b];
            ReadOnlySpan<int> sequence = tokens.Slice(b * time, length);
            Span<int> inputRow = decoderInputs.Slice(b * (time + 1), time + 1);
            Span<int> labelRow = labels.Slice(b * (time + 1), time + 1);
            inputRow[0] = start;
            sequence.CopyTo(inputRow[1..]);
            inputRow[(length + 1)..].Fill(pad);
            sequence.CopyTo(labelRow);
            labelRow[length] = end;
            labelRow[(length + 1)..].Fill(pad);
            shiftedLengths[b] = length + 1;
        }
    }
}
