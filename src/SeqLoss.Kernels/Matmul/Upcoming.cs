using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>Memory that is needed soon: asked for a line at a time while something else is multiplied.</summary>
/// <param name="Memory">Its first element, float32.</param>
/// <param name="RowCount">The rows; 0 for nothing.</param>
/// <param name="RowLength">The floats of a row.</param>
/// <param name="Stride">Floats from one row to the next.</param>
internal readonly record struct Upcoming(NumberBuffer Memory, int RowCount, int RowLength, long Stride)
{
    /// <summary>The stored rows of an operand; nothing of one that is not float32.</summary>
    public static Upcoming Of(in Matrix matrix, int rowCount, int columnCount)
    {
        if (!matrix.Elements.Holds<float>() || rowCount <= 0 || columnCount <= 0)
        {
            return default;
        }

        (int rows, int length) = matrix.IsTransposed ? (columnCount, rowCount) : (rowCount, columnCount);
        return new(matrix.Elements, rows, length, matrix.LeadingDimension);
    }
}
