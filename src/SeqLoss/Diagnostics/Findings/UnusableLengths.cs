using System;

namespace SeqLoss.Diagnostics.Findings;

/// <summary>SL015: a length that is no whole number in 0..T, or a mask that holds other numbers than 0 and 1.</summary>
/// <remarks>
/// It decides: the loss refuses both. The rest of the check takes the length for the nearest one, and any number but 0 for 1.
/// Position: the first such sequence, or the first such position of the mask.
/// </remarks>
internal static class UnusableLengths
{
    public static Finding? Find(Examination e) => Lengths(e) ?? Mask(e);

    private static Finding? Lengths(Examination e)
    {
        int time = e.Grid.Sequences.Time;
        double[] lengths = [.. e.Input.Given.Lengths ?? []];
        bool IsWrong(double length) => !(length >= 0 && length <= time && length == Math.Floor(length));
        int first = Array.FindIndex(lengths, IsWrong);
        return first < 0 ? null : new(
            "SL015",
            FindingSeverity.Error,
            new(first, null, null, null),
            $"length[b={first}] is {Text.Of(lengths[first])}, but the sequences have {time} steps; "
            + $"{Array.FindAll(lengths, IsWrong).Length} of {Text.Counted(lengths.Length, "length")} are not in 0..{time}",
            "count the steps of the targets that are scored: without the start marker, with the end marker");
    }

    private static Finding? Mask(Examination e)
    {
        if (e.Input.Given.Mask is not { } tensor)
        {
            return null;
        }

        double[] mask = new double[tensor.FlattenedLength];
        tensor.FlattenTo(mask);
        bool IsWrong(int token) => mask[token] is not (0 or 1);
        int first = e.FirstToken(IsWrong);
        return first < 0 ? null : new(
            "SL015",
            FindingSeverity.Error,
            e.PositionOf(first),
            $"mask{e.PositionOf(first)} is {Text.Of(mask[first])}; {e.CountTokens(IsWrong)} of {mask.Length} values are neither 0 nor 1",
            "if these are weights, hand them in as token weights (TokenWeights.FromWeights, --weights); an additive mask of 0 and "
            + "-infinity belongs to attention, not to a loss");
    }
}
