using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Planning;

/// <summary>Finds the positions whose distribution is not 0 everywhere.</summary>
internal static class NonzeroRows
{
    private const int RunLength = 1024;

    /// <summary>Writes 1 where any class has mass, else 0.</summary>
    /// <param name="grid">The layout and sizes of the whole distribution.</param>
    /// <param name="block">Whole rows of it, or for <see cref="ScoreLayout.Bvt"/> whole sequences.</param>
    /// <param name="mask">One value for each token of the block, in stored order.</param>
    public static unsafe void Find(in ScoreGrid grid, Scores block, Span<double> mask)
    {
        mask.Clear();
        Kernels.Softmax.ScoreShape shape = grid.Block(block.Shape.Count);
        Span<double> run = stackalloc double[RunLength];
        fixed (byte* address = block)
        {
            NumberBuffer buffer = new(address, block.Type);
            for (int group = 0; group < shape.GroupCount; group++)
            {
                // A run never leaves a row: for bvt a row of the matrix holds all steps of one class.
                int rowLength = shape.Width == 1 ? shape.ClassCount : shape.Width;
                int rowCount = shape.Width == 1 ? 1 : shape.ClassCount;
                for (int row = 0; row < rowCount; row++)
                {
                    for (int start = 0; start < rowLength; start += RunLength)
                    {
                        Span<double> values = run[..Math.Min(RunLength, rowLength - start)];
                        buffer.Load(shape.Offset(group, 0) + ((long)row * rowLength) + start, values);
                        for (int i = 0; i < values.Length; i++)
                        {
                            if (values[i] != 0)
                            {
                                mask[shape.Width == 1 ? group : (group * shape.Width) + start + i] = 1;
                            }
                        }
                    }
                }
            }
        }
    }
}
