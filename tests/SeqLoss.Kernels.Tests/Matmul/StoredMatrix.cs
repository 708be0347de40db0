using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Tests.Matmul;

/// <summary>A matrix at an address, NaN before, between and after its rows.</summary>
internal sealed unsafe class StoredMatrix
{
    private const int Margin = 40;

    private readonly int _offset;
    private readonly float[] _floats;
    private readonly ushort[] _words;

    /// <summary>Stores op(X)[rows, columns].</summary>
    /// <param name="rows">The rows of the operand.</param>
    /// <param name="columns">The columns of the operand.</param>
    /// <param name="isTransposed">Whether the rows of the operand are the stored columns.</param>
    /// <param name="gap">Elements between stored rows.</param>
    /// <param name="misalignment">Elements by which the first one is shifted.</param>
    /// <param name="isBFloat16">Whether the elements are BF16; the values are rounded.</param>
    /// <param name="value">The element of a row and a column.</param>
    public StoredMatrix(
        int rows, int columns, bool isTransposed, int gap, int misalignment, bool isBFloat16, Func<int, int, float> value)
    {
        (Rows, Columns, IsTransposed, IsBFloat16) = (rows, columns, isTransposed, isBFloat16);
        LeadingDimension = (isTransposed ? rows : columns) + gap;
        _offset = Margin + misalignment;
        int length = (2 * Margin) + misalignment + ((isTransposed ? columns : rows) * LeadingDimension);
        _floats = GC.AllocateArray<float>(length, pinned: true);
        _words = GC.AllocateArray<ushort>(length, pinned: true);
        Array.Fill(_floats, float.NaN);
        Array.Fill(_words, (ushort)0x7FC0);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                this[row, column] = value(row, column);
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public bool IsTransposed { get; }

    public bool IsBFloat16 { get; }

    public int LeadingDimension { get; }

    public Matrix Operand => new(Buffer, LeadingDimension, IsTransposed);

    public NumberBuffer Buffer
    {
        get
        {
            fixed (float* floats = &_floats[_offset])
            {
                fixed (ushort* words = &_words[_offset])
                {
                    return IsBFloat16 ? new NumberBuffer(words, ElementType.BFloat16) : new NumberBuffer(floats, ElementType.Float32);
                }
            }
        }
    }

    public float this[int row, int column]
    {
        get => _floats[IndexOf(row, column)];
        set
        {
            uint bits = BitConverter.SingleToUInt32Bits(value) & (IsBFloat16 ? 0xFFFF0000 : uint.MaxValue);
            _floats[IndexOf(row, column)] = BitConverter.UInt32BitsToSingle(bits);
            _words[IndexOf(row, column)] = (ushort)(bits >> 16);
        }
    }

    /// <summary>How many elements outside the matrix are no longer NaN.</summary>
    public int CountWrittenOutside()
    {
        int written = 0;
        for (int i = 0; i < _floats.Length; i++)
        {
            int place = i - _offset;
            int stored = place < 0 ? -1 : place / Math.Max(1, LeadingDimension);
            bool isInside = stored >= 0 && stored < (IsTransposed ? Columns : Rows)
                && place % Math.Max(1, LeadingDimension) < (IsTransposed ? Rows : Columns);
            written += !isInside && !float.IsNaN(_floats[i]) ? 1 : 0;
        }

        return written;
    }

    private int IndexOf(int row, int column)
        => _offset + (IsTransposed ? (column * LeadingDimension) + row : (row * LeadingDimension) + column);
}
