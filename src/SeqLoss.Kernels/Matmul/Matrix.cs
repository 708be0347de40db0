using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>An operand op(X) of a product: a matrix in memory as it is stored, or its transpose.</summary>
/// <remarks>
/// Stored rows are contiguous and <paramref name="LeadingDimension"/> elements apart. Float32 is computed on as it is; BF16 (and any
/// other type) is widened to float32, exactly, when it is packed.
/// </remarks>
/// <param name="Elements">The memory, from the first element on.</param>
/// <param name="LeadingDimension">Elements from one stored row to the next.</param>
/// <param name="IsTransposed">Whether the rows of the operand are the stored columns.</param>
internal readonly record struct Matrix(NumberBuffer Elements, long LeadingDimension, bool IsTransposed = false)
{
    /// <summary>The operand from a row and a column on.</summary>
    public Matrix From(long row, long column)
        => this with { Elements = Elements.From(IsTransposed ? (column * LeadingDimension) + row : (row * LeadingDimension) + column) };

    /// <summary>Elements of a stored row as float32: in place, or widened into <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<float> StoredRow(long row, int length, Span<float> scratch)
    {
        long offset = row * LeadingDimension;
        if (Elements.Holds<float>())
        {
            return Elements.View<float>(offset, length);
        }

        Elements.Load(offset, scratch[..length]);
        return scratch[..length];
    }
}
