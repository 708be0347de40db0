using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Columns of B over one block of the depth, copied sliver by sliver into the order in which they are read.</summary>
internal static class RightSlivers
{
    private const int Width = RightMatrix.SliverWidth;

    /// <summary>Copies <c>right[0.., 0..]</c>; the last sliver is filled up with zeros.</summary>
    /// <param name="right">B, from the block's first row and column on.</param>
    /// <param name="depth">The rows.</param>
    /// <param name="columnCount">The columns.</param>
    /// <param name="slivers">The destination: depth·32 floats for each 32 columns begun.</param>
    /// <param name="scratch">Where stored rows that are not float32 are widened.</param>
    public static void Pack(in Matrix right, int depth, int columnCount, Span<float> slivers, Span<float> scratch)
    {
        if (columnCount % Width != 0)
        {
            slivers.Slice(columnCount / Width * Width * depth, Width * depth).Clear();
        }

        if (right.IsTransposed)
        {
            for (int column = 0; column < columnCount; column += Width)
            {
                int width = Math.Min(Width, columnCount - column);
                Transposition.Write(right.From(0, column), width, depth, ref slivers[column * depth], Width, scratch);
            }
        }
        else
        {
            for (int row = 0; row < depth; row++)
            {
                Distribute(right.StoredRow(row, columnCount, scratch), ref slivers[row * Width], (nint)depth * Width);
            }
        }
    }

    /// <summary>Writes a row of B, 32 columns to each sliver.</summary>
    private static void Distribute(ReadOnlySpan<float> row, ref float sliver, nint sliverLength)
    {
        ref float source = ref MemoryMarshal.GetReference(row);
        int column = 0;
        for (; column <= row.Length - Width; column += Width)
        {
            // A length that the compiler knows becomes a few registers.
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.As<float, byte>(ref sliver),
                ref Unsafe.As<float, byte>(ref Unsafe.Add(ref source, column)),
                Width * sizeof(float));
            sliver = ref Unsafe.Add(ref sliver, sliverLength);
        }

        for (int i = 0; column + i < row.Length; i++)
        {
            Unsafe.Add(ref sliver, i) = row[column + i];
        }
    }
}
