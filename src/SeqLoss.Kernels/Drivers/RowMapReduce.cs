using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The loop that writes a formula of contiguous scores and sums it in one pass.</summary>
internal static class RowMapReduce<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes <typeparamref name="TOperator"/> of each score and sums all but one.</summary>
    /// <remarks>
    /// The sum has the bits of <see cref="RowReduce{TLanes, T}.SumBeside"/>: a loss does not depend on whether its gradient is wanted.
    /// </remarks>
    /// <param name="x">The scores.</param>
    /// <param name="row">The terms of the row; there is no mass.</param>
    /// <param name="index">The score that the sum leaves out; outside the scores none is.</param>
    /// <param name="destination">As long as the scores; may be the scores.</param>
    public static T ApplyAndSumBeside<TOperator>(ReadOnlySpan<T> x, in RowTermValues<T> row, int index, Span<T> destination)
        where TOperator : IOperator<T>
    {
        if ((uint)index >= (uint)x.Length)
        {
            return ApplyAndSum<TOperator>(x, row, destination);
        }

        // Cut as the sum is cut, so that the same numbers are added in the same order.
        (int start, int end) = RowReduce<TLanes, T>.RegisterOf(index, x.Length);
        T sum = ApplyAndSum<TOperator>(x[..start], row, destination[..start]);
        Span<T> register = destination[start..end];
        if (end - start == TLanes.Count)
        {
            TLanes lanes = TOperator.Invoke(
                TLanes.Load(ref MemoryMarshal.GetReference(x), start), TLanes.Constant(0), row.Broadcast<TLanes>());
            TLanes.Store(lanes, ref MemoryMarshal.GetReference(register), 0);
            sum += RowReduce<TLanes, T>.SumBeside(lanes, index - start);
            return sum + ApplyAndSum<TOperator>(x[end..], row, destination[end..]);
        }

        sum += ApplyAndSum<TOperator>(x[start..index], row, destination[start..index]);
        ApplyAndSum<TOperator>(x.Slice(index, 1), row, destination.Slice(index, 1));
        return sum + ApplyAndSum<TOperator>(x[(index + 1)..end], row, destination[(index + 1)..end]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T ApplyAndSum<TOperator>(ReadOnlySpan<T> x, in RowTermValues<T> row, Span<T> destination)
        where TOperator : IOperator<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, x.Length);
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(destination);
        RowTerms<TLanes> terms = row.Broadcast<TLanes>();
        TLanes none = TLanes.Constant(0);
        TLanes sum0 = none;
        TLanes sum1 = none;
        int i = 0;
        for (; i <= x.Length - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            Prefetch.Near(ref source, i + RowReduce<TLanes, T>.PrefetchDistance);
            Prefetch.Near(ref source, i + RowReduce<TLanes, T>.PrefetchDistance + TLanes.Count);
            TLanes y0 = TOperator.Invoke(TLanes.Load(ref source, i), none, terms);
            TLanes y1 = TOperator.Invoke(TLanes.Load(ref source, i + TLanes.Count), none, terms);
            TLanes.Store(y0, ref target, i);
            TLanes.Store(y1, ref target, i + TLanes.Count);
            sum0 += y0;
            sum1 += y1;
        }

        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            TLanes y = TOperator.Invoke(TLanes.Load(ref source, i), none, terms);
            TLanes.Store(y, ref target, i);
            sum0 += y;
        }

        T sum = TLanes.Sum(sum0 + sum1);
        if (i < x.Length)
        {
            RowTerms<ScalarLanes<T>> tailTerms = row.Broadcast<ScalarLanes<T>>();
            for (; i < x.Length; i++)
            {
                ScalarLanes<T> y = TOperator.Invoke(ScalarLanes<T>.Load(ref source, i), default, tailTerms);
                ScalarLanes<T>.Store(y, ref target, i);
                sum += ScalarLanes<T>.Sum(y);
            }
        }

        return sum;
    }
}
