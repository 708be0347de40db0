using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The only elementwise loop over a tile.</summary>
internal static class ColumnMap<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes <typeparamref name="TOperator"/> of each score, and 0 in columns that are not live.</summary>
    /// <param name="tile">The scores.</param>
    /// <param name="mass">The target masses.</param>
    /// <param name="terms">The terms of each column.</param>
    /// <param name="live">Above 0 for the columns that count.</param>
    /// <param name="destination">Rows of the tile, <paramref name="stride"/> apart; may be the scores themselves.</param>
    /// <param name="stride">Elements from one row of the destination to the next.</param>
    public static void Apply<TOperator>(
        Tile<T> tile, in TileMass<T> mass, in ColumnTerms<T> terms, ReadOnlySpan<T> live, Span<T> destination, int stride)
        where TOperator : IOperator<T>
    {
        switch (mass.Distribution.IsEmpty, mass.ClassWeights.IsEmpty)
        {
            case (true, true):
                Apply<TOperator, Absent, Absent>(tile, mass, terms, live, destination, stride);
                break;
            case (true, false):
                Apply<TOperator, Absent, Present>(tile, mass, terms, live, destination, stride);
                break;
            case (false, true):
                Apply<TOperator, Present, Absent>(tile, mass, terms, live, destination, stride);
                break;
            default:
                Apply<TOperator, Present, Present>(tile, mass, terms, live, destination, stride);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TOperator, TDistribution, TClassWeights>(
        Tile<T> tile, in TileMass<T> mass, in ColumnTerms<T> terms, ReadOnlySpan<T> live, Span<T> destination, int stride)
        where TOperator : IOperator<T>
        where TDistribution : struct, IConstant
        where TClassWeights : struct, IConstant
    {
        ref T source = ref MemoryMarshal.GetReference(tile.Values);
        ref T target = ref MemoryMarshal.GetReference(destination);
        ref T shifts = ref MemoryMarshal.GetReference(terms.Shift);
        ref T softmaxFactors = ref MemoryMarshal.GetReference(terms.SoftmaxFactor);
        ref T massFactors = ref MemoryMarshal.GetReference(terms.MassFactor);
        ref T lives = ref MemoryMarshal.GetReference(live);
        TileMassLoader<TLanes, T, TDistribution, TClassWeights> a = new(mass);
        TLanes scale = TLanes.Broadcast(terms.Scale);
        TLanes binaryScale = TLanes.Broadcast(RowTermValues<T>.BinaryScaleOf(terms.Scale));
        TLanes zero = TLanes.Constant(0);
        for (int row = 0; row < tile.RowCount; row++)
        {
            for (int column = 0; column < tile.ColumnCount; column += TLanes.Count)
            {
                Prefetch.Far(ref source, ((nint)(row + tile.RowCount) * tile.Stride) + column);
                TLanes x = TLanes.Load(ref source, (row * tile.Stride) + column);
                RowTerms<TLanes> columnTerms = new(
                    TLanes.Load(ref shifts, column),
                    scale,
                    binaryScale,
                    TLanes.Load(ref softmaxFactors, column),
                    TLanes.Load(ref massFactors, column));
                TLanes y = TOperator.Invoke(x, a.At(row, column), columnTerms);
                TLanes isLive = TLanes.AreGreater(TLanes.Load(ref lives, column), zero);
                TLanes.Store(TLanes.Select(isLive, y, zero), ref target, (row * stride) + column);
            }
        }
    }
}
