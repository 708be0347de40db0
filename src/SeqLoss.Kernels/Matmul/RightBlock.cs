using System;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The slivers of B that one tile reads over one block of the depth: packed before, packed now, or where B is.</summary>
internal readonly ref struct RightBlock
{
    private const int Width = RightMatrix.SliverWidth;

    private readonly NumberBuffer _slivers;
    private readonly nint _sliverStride;
    private readonly nint _rowStride;
    private readonly int _lastIndex;
    private readonly Span<float> _last;

    private RightBlock(NumberBuffer slivers, nint sliverStride, nint rowStride, int lastIndex, Span<float> last)
    {
        (_slivers, _sliverStride, _rowStride, _lastIndex) = (slivers, sliverStride, rowStride, lastIndex);
        _last = last;
    }

    /// <summary>The slivers of <c>right[firstRow.., firstColumn..]</c>.</summary>
    public static RightBlock Of(
        in RightMatrix right, int firstRow, int depth, int firstColumn, int columnCount, scoped in TileScratch scratch)
    {
        if (right.IsPacked)
        {
            (NumberBuffer slivers, nint stride) = right.PackedBlock(firstRow, firstColumn);
            return new(slivers, stride, Width, -1, default);
        }

        Matrix source = right.Source.From(firstRow, firstColumn);

        // Rows of two cache lines are streamed as fast from where they are: packing them was never measured to pay.
        bool isReadInPlace = !source.IsTransposed && source.Elements.Holds<float>();
        int whole = isReadInPlace ? columnCount / Width * Width : 0;
        RightSlivers.Pack(source.From(0, whole), depth, columnCount - whole, scratch.Slivers, scratch.Wide);
        return isReadInPlace
            ? new(source.Elements, Width, (nint)source.LeadingDimension, whole / Width, scratch.Slivers)
            : new(default, (nint)depth * Width, Width, 0, scratch.Slivers);
    }

    /// <summary>The first element of a sliver, and the floats from one of its rows to the next.</summary>
    public ref float Sliver(int index, out nint rowStride)
    {
        if (_lastIndex >= 0 && index >= _lastIndex)
        {
            rowStride = Width;
            return ref MemoryMarshal.GetReference(_last[((index - _lastIndex) * (int)_sliverStride)..]);
        }

        rowStride = _rowStride;
        return ref MemoryMarshal.GetReference(_slivers.View<float>(index * _sliverStride, Width));
    }
}
