using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Sums of gaps in double, for the blocks whose sum is not finite in the kernel's precision.</summary>
/// <remarks>Gaps of scores near ±1e38 overflow a float where the answer does not; a gap of a class at −∞ stays infinite here too.</remarks>
internal static class ExactGap
{
    /// <summary>Σ a·d over a block of a row, without up to two of its classes.</summary>
    public static double OfRow<T>(
        ReadOnlySpan<T> block, in Mass<T> mass, ScoreKind kind, in RowTermValues<T> values, int except, int exceptToo)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < block.Length; i++)
        {
            if (i != except && i != exceptToo)
            {
                T probability = mass.Distribution.IsEmpty ? T.Zero : mass.Distribution[i];
                T weight = mass.ClassWeights.IsEmpty ? T.One : mass.ClassWeights[i];
                sum += Term(block[i], ((mass.Alpha * probability) + mass.Beta) * weight, kind, values.Shift, values.Scale);
            }
        }

        return sum;
    }

    /// <summary>Σ a·d over one column of a tile, without one of its rows.</summary>
    public static double OfColumn<T>(
        Tile<T> tile, in TileMass<T> mass, ScoreKind kind, in ColumnTerms<T> terms, int column, int except)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < tile.RowCount; row++)
        {
            if (row != except)
            {
                T probability = mass.Distribution.IsEmpty
                    ? T.Zero
                    : mass.Distribution.Values[(row * mass.Distribution.Stride) + column];
                T weight = mass.ClassWeights.IsEmpty ? T.One : mass.ClassWeights[row];
                T a = ((mass.Alpha * probability) + mass.Beta) * weight;
                sum += Term(tile.Values[(row * tile.Stride) + column], a, kind, terms.Shift[column], terms.Scale);
            }
        }

        return sum;
    }

    private static double Term<T>(T x, T mass, ScoreKind kind, T shift, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (mass == T.Zero)
        {
            return 0;
        }

        double score = double.CreateTruncating(x);
        double gap = kind == ScoreKind.Probabilities
            ? -Math.Log(score)
            : (double.CreateTruncating(shift) - score) * double.CreateTruncating(scale);
        return double.CreateTruncating(mass) * gap;
    }
}
