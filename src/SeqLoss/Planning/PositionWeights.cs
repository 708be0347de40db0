using System;

namespace SeqLoss.Planning;

/// <summary>Evaluates <see cref="TokenWeights"/> at every position of a loss.</summary>
internal static class PositionWeights
{
    /// <summary>Writes W of each position, in stored order, and counts the valid ones.</summary>
    /// <param name="weights">The weights, or <see langword="null"/> for 1 everywhere.</param>
    /// <param name="positions">The positions: tokens, or the elements of a regression.</param>
    /// <param name="ids">The target ids for ignored ids; empty for distributions and regression.</param>
    /// <param name="destination">W, one for each position.</param>
    /// <returns>The count of positions inside lengths and masks whose id is not ignored; weights are not looked at.</returns>
    /// <exception cref="LossInputException">A part does not have the shape of the positions, or a length is above T.</exception>
    /// <exception cref="LossOptionException">A part does not apply to these positions.</exception>
    public static long Evaluate(TokenWeights? weights, in PositionGrid positions, in TargetIds ids, Span<double> destination)
    {
        destination.Fill(1);
        if (weights is null)
        {
            return destination.Length;
        }

        foreach (WeightPart part in weights.Parts)
        {
            Check(part, positions, ids);
        }

        foreach (WeightPart part in weights.Parts)
        {
            Select(part, positions, ids, destination);
        }

        long valid = 0;
        foreach (double weight in destination)
        {
            valid += weight != 0 ? 1 : 0;
        }

        foreach (WeightPart part in weights.Parts)
        {
            Multiply(part, positions, destination);
        }

        return valid;
    }

    /// <summary>Sets W to 0 outside lengths and masks and at ignored ids.</summary>
    private static void Select(WeightPart part, in PositionGrid positions, in TargetIds ids, Span<double> destination)
    {
        switch (part.Kind)
        {
            case WeightPartKind.Lengths:
                for (int i = 0; i < destination.Length; i++)
                {
                    int token = positions.TokenOf(i);
                    if (positions.Sequences.TimeOf(token) >= part.Values[positions.Sequences.BatchOf(token)])
                    {
                        destination[i] = 0;
                    }
                }

                break;
            case WeightPartKind.Mask:
                bool isOfElements = positions.AreElementsOf(part.Shape);
                for (int i = 0; i < destination.Length; i++)
                {
                    if (part.Values[isOfElements ? i : positions.TokenOf(i)] == 0)
                    {
                        destination[i] = 0;
                    }
                }

                break;
            case WeightPartKind.IgnoredId:
                for (int i = 0; i < destination.Length; i++)
                {
                    if (ids[i] == part.IgnoredId)
                    {
                        destination[i] = 0;
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Multiplies W by token and example weights where it is not 0.</summary>
    private static void Multiply(WeightPart part, in PositionGrid positions, Span<double> destination)
    {
        if (part.Kind is not (WeightPartKind.Weights or WeightPartKind.ExampleWeights))
        {
            return;
        }

        bool isOfElements = positions.AreElementsOf(part.Shape);
        for (int i = 0; i < destination.Length; i++)
        {
            int token = positions.TokenOf(i);
            int index = part.Kind == WeightPartKind.ExampleWeights ? positions.Sequences.BatchOf(token) : isOfElements ? i : token;
            if (destination[i] != 0)
            {
                destination[i] *= part.Values[index];
            }
        }
    }

    private static void Check(WeightPart part, in PositionGrid positions, in TargetIds ids)
    {
        SequenceGrid sequences = positions.Sequences;
        switch (part.Kind)
        {
            case WeightPartKind.IgnoredId when ids.IsEmpty:
                throw new LossOptionException(
                    $"an ignored id ({part.IgnoredId}) applies to id targets only: use a mask, or the all-zero rows of the "
                    + "distribution.");
            case WeightPartKind.Lengths or WeightPartKind.ExampleWeights when sequences.IsRows:
                throw new LossOptionException(
                    $"{part.Name} are [B], but this layout has rows without sequences: use a mask or token weights [N].");
            case WeightPartKind.Lengths or WeightPartKind.ExampleWeights when part.Values.Length != sequences.Batch:
                throw new LossInputException(
                    $"{part.Name} have shape {part.Shape}, but there are {sequences.Batch} sequences: [{sequences.Batch}] is needed.");
            case WeightPartKind.Mask or WeightPartKind.Weights when part.Shape != sequences.Shape && !positions.AreElementsOf(part.Shape):
                throw new LossInputException(
                    $"{part.Name} of shape {part.Shape} do not fit: this layout needs {positions.DescribeShapes()}.");
            default:
                break;
        }

        if (part.Kind == WeightPartKind.Lengths)
        {
            for (int b = 0; b < part.Values.Length; b++)
            {
                if (part.Values[b] > sequences.Time)
                {
                    throw new LossInputException(
                        $"length[b={b}] is {Text.Of(part.Values[b])}, but the sequences have {sequences.Time} steps "
                        + $"(0..{sequences.Time}).");
                }
            }
        }
    }
}
