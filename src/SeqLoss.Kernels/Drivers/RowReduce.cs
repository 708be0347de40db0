using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The reduction loops over contiguous scores of one row.</summary>
internal static class RowReduce<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How far ahead memory is asked for: one block of the row kernel, so that it arrives while a block is computed on.</summary>
    public const int PrefetchDistance = 1024;

    /// <summary>The sum of <typeparamref name="TOperator"/> over the scores.</summary>
    public static T Sum<TOperator>(ReadOnlySpan<T> x, in Mass<T> mass, in RowTermValues<T> row)
        where TOperator : IOperator<T>
        => (mass.Distribution.IsEmpty, mass.ClassWeights.IsEmpty) switch
        {
            (true, true) => Sum<TOperator, Absent, Absent>(x, mass, row),
            (true, false) => Sum<TOperator, Absent, Present>(x, mass, row),
            (false, true) => Sum<TOperator, Present, Absent>(x, mass, row),
            (false, false) => Sum<TOperator, Present, Present>(x, mass, row),
        };

    /// <summary>The sum over the scores without one of them, with no more steps: its own register is masked.</summary>
    /// <param name="x">The scores.</param>
    /// <param name="mass">The target masses.</param>
    /// <param name="row">The terms of the row.</param>
    /// <param name="index">The score left out; outside the scores none is.</param>
    public static T SumBeside<TOperator>(ReadOnlySpan<T> x, in Mass<T> mass, in RowTermValues<T> row, int index)
        where TOperator : IOperator<T>
    {
        if ((uint)index >= (uint)x.Length)
        {
            return Sum<TOperator>(x, mass, row);
        }

        (int start, int end) = RegisterOf(index, x.Length);
        T sum = Sum<TOperator>(x[..start], mass.Slice(0, start), row);
        if (end - start == TLanes.Count)
        {
            TLanes lanes = TOperator.Invoke(
                TLanes.Load(ref MemoryMarshal.GetReference(x), start), MassAt(mass, start), row.Broadcast<TLanes>());
            sum += SumBeside(lanes, index - start);
            return sum + Sum<TOperator>(x[end..], mass.Slice(end, x.Length - end), row);
        }

        sum += Sum<TOperator>(x[start..index], mass.Slice(start, index - start), row);
        return sum + Sum<TOperator>(x[(index + 1)..end], mass.Slice(index + 1, end - index - 1), row);
    }

    /// <summary>The sum of a register without one of its values.</summary>
    public static T SumBeside(TLanes lanes, int index)
        => TLanes.Sum(TLanes.Select(TLanes.AreEqual(TLanes.Indices, TLanes.Constant(index)), TLanes.Constant(0), lanes));

    /// <summary>The scores that share a register with one of them; fewer than a register at the end.</summary>
    public static (int Start, int End) RegisterOf(int index, int length)
    {
        int start = index / TLanes.Count * TLanes.Count;
        return (start, Math.Min(start + TLanes.Count, length));
    }

    /// <summary>The greatest score, NaN aside; −∞ for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Max(ReadOnlySpan<T> x)
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        TLanes max0 = TLanes.Constant(double.NegativeInfinity);
        TLanes max1 = max0, max2 = max0, max3 = max0;
        int i = 0;
        for (; i <= x.Length - (4 * TLanes.Count); i += 4 * TLanes.Count)
        {
            max0 = TLanes.Max(TLanes.Load(ref source, i), max0);
            max1 = TLanes.Max(TLanes.Load(ref source, i + TLanes.Count), max1);
            max2 = TLanes.Max(TLanes.Load(ref source, i + (2 * TLanes.Count)), max2);
            max3 = TLanes.Max(TLanes.Load(ref source, i + (3 * TLanes.Count)), max3);
        }

        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            max0 = TLanes.Max(TLanes.Load(ref source, i), max0);
        }

        T max = TLanes.MaxAcross(TLanes.Max(TLanes.Max(max0, max1), TLanes.Max(max2, max3)));
        for (; i < x.Length; i++)
        {
            max = x[i] > max ? x[i] : max;
        }

        return max;
    }

    /// <summary>The index of the first score equal to <paramref name="value"/>, or −1.</summary>
    public static int IndexOf(ReadOnlySpan<T> x, T value)
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        TLanes wanted = TLanes.Broadcast(value);
        int i = 0;
        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            int found = TLanes.FirstTrue(TLanes.AreEqual(TLanes.Load(ref source, i), wanted));
            if (found >= 0)
            {
                return i + found;
            }
        }

        for (; i < x.Length; i++)
        {
            if (x[i] == value)
            {
                return i;
            }
        }

        return -1;
    }

    private static TLanes MassAt(in Mass<T> mass, int index)
        => (mass.Distribution.IsEmpty, mass.ClassWeights.IsEmpty) switch
        {
            (true, true) => new MassLoader<TLanes, T, Absent, Absent>(mass).At(index),
            (true, false) => new MassLoader<TLanes, T, Absent, Present>(mass).At(index),
            (false, true) => new MassLoader<TLanes, T, Present, Absent>(mass).At(index),
            (false, false) => new MassLoader<TLanes, T, Present, Present>(mass).At(index),
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Sum<TOperator, TDistribution, TClassWeights>(ReadOnlySpan<T> x, in Mass<T> mass, in RowTermValues<T> row)
        where TOperator : IOperator<T>
        where TDistribution : struct, IConstant
        where TClassWeights : struct, IConstant
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        MassLoader<TLanes, T, TDistribution, TClassWeights> a = new(mass);
        RowTerms<TLanes> terms = row.Broadcast<TLanes>();
        TLanes sum0 = TLanes.Constant(0);
        TLanes sum1 = sum0;
        int i = 0;
        for (; i <= x.Length - (2 * TLanes.Count); i += 2 * TLanes.Count)
        {
            Prefetch.Near(ref source, i + PrefetchDistance);
            Prefetch.Near(ref source, i + PrefetchDistance + TLanes.Count);
            sum0 += TOperator.Invoke(TLanes.Load(ref source, i), a.At(i), terms);
            sum1 += TOperator.Invoke(TLanes.Load(ref source, i + TLanes.Count), a.At(i + TLanes.Count), terms);
        }

        for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
        {
            sum0 += TOperator.Invoke(TLanes.Load(ref source, i), a.At(i), terms);
        }

        T sum = TLanes.Sum(sum0 + sum1);
        if (i < x.Length)
        {
            MassLoader<ScalarLanes<T>, T, TDistribution, TClassWeights> tailMass = new(mass);
            RowTerms<ScalarLanes<T>> tailTerms = row.Broadcast<ScalarLanes<T>>();
            for (; i < x.Length; i++)
            {
                sum += ScalarLanes<T>.Sum(TOperator.Invoke(ScalarLanes<T>.Load(ref source, i), tailMass.At(i), tailTerms));
            }
        }

        return sum;
    }
}
