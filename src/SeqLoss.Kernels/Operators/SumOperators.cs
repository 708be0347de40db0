using System.Numerics;
using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Operators;

/// <summary>e^((x − m)·c)</summary>
internal readonly struct Exp<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => TLanes.Exp2NonPositive((x - row.Shift) * row.BinaryScale);
}

/// <summary>e·(m − x)·c with e = e^((x − m)·c); 0 where e is 0, also for x = −∞.</summary>
internal readonly struct ExpGap<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes difference = x - row.Shift;
        TLanes e = TLanes.Exp2NonPositive(difference * row.BinaryScale);
        TLanes zero = TLanes.Constant(0);
        return TLanes.Select(TLanes.AreEqual(e, zero), zero, zero - (e * difference * row.Scale));
    }
}

/// <summary>a</summary>
internal readonly struct MassOnly<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => a;
}

/// <summary>a·ln a; 0 where a is 0: the negative entropy of the target.</summary>
internal readonly struct MassLogMass<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes zero = TLanes.Constant(0);
        return TLanes.Select(TLanes.AreEqual(a, zero), zero, a * TLanes.Log(a));
    }
}

/// <summary>m − x</summary>
internal readonly struct Gap<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => row.Shift - x;
}

/// <summary>a·(m − x)·c; 0 where a is 0, also for x = −∞.</summary>
internal readonly struct MassGap<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes zero = TLanes.Constant(0);
        return TLanes.Select(TLanes.AreEqual(a, zero), zero, a * ((row.Shift - x) * row.Scale));
    }
}

/// <summary>−a·ln x; 0 where a is 0, also for x = 0.</summary>
internal readonly struct MassNegativeLog<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
    {
        TLanes zero = TLanes.Constant(0);
        return TLanes.Select(TLanes.AreEqual(a, zero), zero, zero - (a * TLanes.Log(x)));
    }
}

/// <summary>−x·ln x; 0 for x = 0: the entropy of probabilities.</summary>
internal readonly struct ProbabilityEntropy<T> : IOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Invoke<TLanes>(TLanes x, TLanes a, in RowTerms<TLanes> row)
        where TLanes : struct, ILanes<TLanes, T>
        => MassNegativeLog<T>.Invoke(x, x, row);
}
