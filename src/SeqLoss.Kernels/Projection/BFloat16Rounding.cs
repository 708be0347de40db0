using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>Rounds rows of float32 to BF16, to nearest, ties to even; NaN stays NaN.</summary>
internal sealed class BFloat16Rounding : IWork
{
    private const int ChunkElements = 1 << 16;
    private const int ElementsAhead = 1 << 11;

    private NumberBuffer _source;
    private NumberBuffer _destination;
    private int _rowCount;
    private int _rowLength;
    private long _sourceStride;
    private int _rowsPerChunk;

    public int ChunkCount => (int)(((long)_rowCount + _rowsPerChunk - 1) / _rowsPerChunk);

    /// <summary>Rounds a matrix.</summary>
    /// <param name="source">float32, its rows <paramref name="sourceStride"/> apart.</param>
    /// <param name="sourceStride">Elements from one row to the next.</param>
    /// <param name="rowCount">The rows.</param>
    /// <param name="rowLength">The columns, at least 1.</param>
    /// <param name="destination">BF16, its rows one after another.</param>
    /// <param name="threads">The most threads to use.</param>
    public void Run(NumberBuffer source, long sourceStride, int rowCount, int rowLength, NumberBuffer destination, int threads)
    {
        (_source, _sourceStride, _rowCount, _rowLength) = (source, sourceStride, rowCount, rowLength);
        _destination = destination;
        _rowsPerChunk = Math.Max(1, ChunkElements / rowLength);
        WorkPool.Run(this, threads);
    }

    public void Run(int chunk)
    {
        int first = chunk * _rowsPerChunk;
        Round(
            _source.From(first * _sourceStride),
            _sourceStride,
            Math.Min(_rowsPerChunk, _rowCount - first),
            _rowLength,
            _destination.From((long)first * _rowLength));
    }

    /// <summary>Rounds rows on the calling thread.</summary>
    /// <param name="source">float32, its rows <paramref name="sourceStride"/> apart.</param>
    /// <param name="sourceStride">Elements from one row to the next.</param>
    /// <param name="rowCount">The rows.</param>
    /// <param name="rowLength">The columns, at least 1.</param>
    /// <param name="destination">BF16, its rows one after another.</param>
    public static void Round(NumberBuffer source, long sourceStride, int rowCount, int rowLength, NumberBuffer destination)
    {
        // Rows that lie apart are asked for: the processor's own prefetching begins anew in each.
        int ahead = Math.Max(1, ElementsAhead / rowLength);
        for (int row = 0; row < rowCount; row++)
        {
            if (row + ahead < rowCount)
            {
                Prefetch.Far(ref source.View<float>((row + ahead) * sourceStride, 1)[0], 0, rowLength);
            }

            Round(source.View<float>(row * sourceStride, rowLength), destination.View<ushort>((long)row * rowLength, rowLength));
        }
    }

    /// <summary>Rounds a row.</summary>
    public static void Round(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref MemoryMarshal.GetReference(destination[..source.Length]);
        int i = 0;
        for (; i <= source.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            Vector256<uint> low = Round(Vector256.LoadUnsafe(ref from, (nuint)i).AsUInt32());
            Vector256<uint> high = Round(Vector256.LoadUnsafe(ref from, (nuint)(i + Vector256<float>.Count)).AsUInt32());
            Vector256.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (ushort)Round(Vector256.Create(BitConverter.SingleToUInt32Bits(source[i])))[0];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(Vector256<uint> bits)
    {
        Vector256<uint> infinity = Vector256.Create(0x7F800000u), magnitude = bits & Vector256.Create(0x7FFFFFFFu);
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        Vector256<uint> quiet = (bits >> 16) | Vector256.Create(0x40u);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude.AsInt32(), infinity.AsInt32()).AsUInt32(), quiet, rounded);
    }
}
