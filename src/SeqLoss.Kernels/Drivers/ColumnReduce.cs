using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The only reduction loops over the class axis of a tile: memory is read in its order, accumulators stay in the cache.</summary>
internal static class ColumnReduce<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Raises each column's maximum, NaN aside, and says in which row; −1 where it was not raised.</summary>
    /// <param name="tile">The scores.</param>
    /// <param name="max">In and out: the maximum of each column.</param>
    /// <param name="argMax">Out: the first row of the new maximum, or −1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(Tile<T> tile, Span<T> max, Span<T> argMax)
    {
        argMax.Fill(-T.One);
        ref T source = ref MemoryMarshal.GetReference(tile.Values);
        ref T maxima = ref MemoryMarshal.GetReference(max);
        ref T rows = ref MemoryMarshal.GetReference(argMax);
        for (int row = 0; row < tile.RowCount; row++)
        {
            TLanes thisRow = TLanes.Constant(row);
            for (int column = 0; column < tile.ColumnCount; column += TLanes.Count)
            {
                TLanes x = TLanes.Load(ref source, (row * tile.Stride) + column);
                TLanes greatest = TLanes.Load(ref maxima, column);
                TLanes isGreater = TLanes.AreGreater(x, greatest);
                TLanes.Store(TLanes.Select(isGreater, x, greatest), ref maxima, column);
                TLanes.Store(TLanes.Select(isGreater, thisRow, TLanes.Load(ref rows, column)), ref rows, column);
            }
        }
    }

    /// <summary>The sum of <typeparamref name="TOperator"/> over the rows of each column.</summary>
    /// <param name="tile">The scores.</param>
    /// <param name="mass">The target masses.</param>
    /// <param name="terms">The terms of each column.</param>
    /// <param name="excluded">The row that each column leaves out; a number that is no row leaves out nothing.</param>
    /// <param name="sums">Out: added to.</param>
    public static void Add<TOperator>(
        Tile<T> tile, in TileMass<T> mass, in ColumnTerms<T> terms, ReadOnlySpan<T> excluded, Span<T> sums)
        where TOperator : IOperator<T>
    {
        switch (mass.Distribution.IsEmpty, mass.ClassWeights.IsEmpty)
        {
            case (true, true):
                Add<TOperator, Absent, Absent>(tile, mass, terms, excluded, sums);
                break;
            case (true, false):
                Add<TOperator, Absent, Present>(tile, mass, terms, excluded, sums);
                break;
            case (false, true):
                Add<TOperator, Present, Absent>(tile, mass, terms, excluded, sums);
                break;
            default:
                Add<TOperator, Present, Present>(tile, mass, terms, excluded, sums);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TOperator, TDistribution, TClassWeights>(
        Tile<T> tile, in TileMass<T> mass, in ColumnTerms<T> terms, ReadOnlySpan<T> excluded, Span<T> sums)
        where TOperator : IOperator<T>
        where TDistribution : struct, IConstant
        where TClassWeights : struct, IConstant
    {
        ref T source = ref MemoryMarshal.GetReference(tile.Values);
        ref T shifts = ref MemoryMarshal.GetReference(terms.Shift);
        ref T exclusions = ref MemoryMarshal.GetReference(excluded);
        ref T totals = ref MemoryMarshal.GetReference(sums);
        TileMassLoader<TLanes, T, TDistribution, TClassWeights> a = new(mass);
        TLanes scale = TLanes.Broadcast(terms.Scale);
        TLanes binaryScale = TLanes.Broadcast(RowTermValues<T>.BinaryScaleOf(terms.Scale));
        TLanes zero = TLanes.Constant(0);
        for (int row = 0; row < tile.RowCount; row++)
        {
            TLanes thisRow = TLanes.Constant(row);
            for (int column = 0; column < tile.ColumnCount; column += TLanes.Count)
            {
                Prefetch.Far(ref source, ((nint)(row + tile.RowCount) * tile.Stride) + column);
                TLanes x = TLanes.Load(ref source, (row * tile.Stride) + column);
                RowTerms<TLanes> columnTerms = new(TLanes.Load(ref shifts, column), scale, binaryScale, zero, zero);
                TLanes y = TOperator.Invoke(x, a.At(row, column), columnTerms);
                TLanes isExcluded = TLanes.AreEqual(TLanes.Load(ref exclusions, column), thisRow);
                TLanes.Store(TLanes.Load(ref totals, column) + TLanes.Select(isExcluded, zero, y), ref totals, column);
            }
        }
    }
}
