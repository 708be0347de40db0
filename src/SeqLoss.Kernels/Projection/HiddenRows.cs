using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Projection;

/// <summary>Copies the rows of the tokens that count, so that products see them without gaps.</summary>
internal static class HiddenRows
{
    /// <summary>Copies rows of the hidden states, widened to float32 or rounded to BF16 where the destination is.</summary>
    public static void Gather(NumberBuffer hidden, ReadOnlySpan<int> tokens, int depth, NumberBuffer rows)
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            long from = (long)tokens[row] * depth, to = (long)row * depth;
            if (rows.Holds<float>())
            {
                hidden.Load(from, rows.View<float>(to, depth));
            }
            else if (hidden.Holds<float>())
            {
                BFloat16Rounding.Round(hidden.View<float>(from, depth), rows.View<ushort>(to, depth));
            }
            else
            {
                hidden.View<ushort>(from, depth).CopyTo(rows.View<ushort>(to, depth));
            }
        }
    }

    /// <summary>Copies rows of the gradient of the hidden states to their tokens; 0 where nothing flows back.</summary>
    public static void Scatter(
        NumberBuffer rows, ReadOnlySpan<int> tokens, ReadOnlySpan<double> coefficients, int depth, NumberBuffer gradient)
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            Span<float> destination = gradient.View<float>((long)tokens[row] * depth, depth);
            if (coefficients[tokens[row]] == 0)
            {
                destination.Clear();
            }
            else
            {
                rows.View<float>((long)row * depth, depth).CopyTo(destination);
            }
        }
    }

    /// <summary>Clears the rows from which nothing flows back: what they hold does not matter, and 0·NaN would be NaN.</summary>
    public static void ClearIdle(NumberBuffer rows, ReadOnlySpan<int> tokens, ReadOnlySpan<double> coefficients, int depth)
    {
        for (int row = 0; row < tokens.Length; row++)
        {
            if (coefficients[tokens[row]] == 0)
            {
                rows.Clear((long)row * depth, depth);
            }
        }
    }
}
