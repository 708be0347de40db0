using System;

namespace SeqLoss;

/// <summary>Makes what a decoder reads and what it must predict out of target sequences.</summary>
public static class TeacherForcing
{
    /// <summary>Shifts target sequences right: decoder inputs and targets together, so that neither is off by one.</summary>
    /// <remarks>
    /// A sequence y₁ … yₙ becomes the inputs <c>start y₁ … yₙ</c> and the targets <c>y₁ … yₙ end</c>: at each step the decoder
    /// reads what came before and is scored on what comes next. Both have n + 1 steps; the rest is padding. Score them with
    /// <see cref="TokenWeights.FromLengths(ReadOnlySpan{int})"/> of the new lengths.
    /// </remarks>
    /// <param name="tokens">Ids without start and end, shape <c>[B, T]</c>; ids beyond a length are not read.</param>
    /// <param name="lengths">The number of ids of each sequence in 0..T, shape <c>[B]</c>.</param>
    /// <param name="markers">The ids that begin, end and pad.</param>
    /// <param name="decoderInputs">Destination, shape <c>[B, T + 1]</c>.</param>
    /// <param name="targets">Destination, shape <c>[B, T + 1]</c>.</param>
    /// <param name="shiftedLengths">Destination, shape <c>[B]</c>: each length plus one.</param>
    /// <exception cref="LossInputException">
    /// The sizes do not fit together, a length is not in 0..T, or a destination overlaps the tokens. Nothing has been written.
    /// </exception>
    public static void ShiftRight(
        ReadOnlySpan<int> tokens,
        ReadOnlySpan<int> lengths,
        SequenceMarkers markers,
        Span<int> decoderInputs,
        Span<int> targets,
        Span<int> shiftedLengths)
    {
        int batch = lengths.Length;
        int time = batch == 0 ? 0 : tokens.Length / batch;
        if ((long)time * batch != tokens.Length)
        {
            throw new LossInputException($"{tokens.Length} tokens cannot be shared among {batch} sequences: tokens has shape [B, T].");
        }

        int shifted = tokens.Length + batch;
        if (decoderInputs.Length != shifted || targets.Length != shifted || shiftedLengths.Length != batch)
        {
            throw new LossInputException(
                $"decoder inputs and targets of shape [{batch}, {time + 1}] and shifted lengths of shape [{batch}] are needed, "
                + $"but they hold {decoderInputs.Length}, {targets.Length} and {shiftedLengths.Length}.");
        }

        bool tokensOverlap = tokens.Overlaps(decoderInputs) || tokens.Overlaps(targets);
        if (tokensOverlap || decoderInputs.Overlaps(targets) || lengths.Overlaps(shiftedLengths))
        {
            throw new LossInputException("tokens, decoder inputs, targets and lengths overlap: give each memory of its own.");
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
            Span<int> targetRow = targets.Slice(b * (time + 1), time + 1);
            inputRow[0] = markers.Start;
            sequence.CopyTo(inputRow[1..]);
            inputRow[(length + 1)..].Fill(markers.Pad);
            sequence.CopyTo(targetRow);
            targetRow[length] = markers.End;
            targetRow[(length + 1)..].Fill(markers.Pad);
            shiftedLengths[b] = length + 1;
        }
    }
}
