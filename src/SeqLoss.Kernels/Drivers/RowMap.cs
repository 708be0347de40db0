using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The elementwise loop over contiguous scores of one row.</summary>
internal static class RowMap<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Writes <typeparamref name="TOperator"/> of each score; <paramref name="destination"/> may be <paramref name="x"/>.
    /// </summary>
    public static void Apply<TOperator>(ReadOnlySpan<T> x, in Mass<T> mass, in RowTermValues<T> row, Span<T> destination)
        where TOperator : IOperator<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, x.Length);
        switch (mass.Distribution.IsEmpty, mass.ClassWeights.IsEmpty)
        {
            case (true, true):
                Apply<TOperator, Absent, Absent>(x, mass, row, destination);
                break;
            case (true, false):
                Apply<TOperator, Absent, Present>(x, mass, row, destination);
                break;
            case (false, true):
                Apply<TOperator, Present, Absent>(x, mass, row, destination);
                break;
            default:
                Apply<TOperator, Present, Present>(x, mass, row, destination);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TOperator, TDistribution, TClassWeights>(
        ReadOnlySpan<T> x, in Mass<T> mass, in RowTermValues<T> row, Span<T> destination)
        where TOperator : IOperator<T>
        where TDistribution : struct, IConstant
        where TClassWeights : struct, IConstant
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(destination);
        MassLoader<TLanes, T, TDistribution, TClassWeights> a = new(mass);
        RowTerms<TLanes> terms = row.Broadcast<TLanes>();
        int i = 0;
        for (; i <= x.Length - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            TLanes y0 = TOperator.Invoke(TLanes.Load(ref source, i), a.At(i), terms);
            TLanes y1 = TOperator.Invoke(TLanes.Load(ref source, i + TLanes.Count), a.At(i + TLanes.Count), terms);
            TLanes.Store(y0, ref target, i);
            TLanes.Store(y1, ref target, i + TLanes.Count);
        }

        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TOperator.Invoke(TLanes.Load(ref source, i), a.At(i), terms), ref target, i);
        }

        if (i < x.Length)
        {
            MassLoader<ScalarLanes<T>, T, TDistribution, TClassWeights> tailMass = new(mass);
            RowTerms<ScalarLanes<T>> tailTerms = row.Broadcast<ScalarLanes<T>>();
            for (; i < x.Length; i++)
            {
                ScalarLanes<T>.Store(TOperator.Invoke(ScalarLanes<T>.Load(ref source, i), tailMass.At(i), tailTerms), ref target, i);
            }
        }
    }
}
