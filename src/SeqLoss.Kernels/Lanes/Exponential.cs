using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqLoss.Kernels.Lanes;

/// <summary>The polynomials of 2^f that every width shares; the width supplies the reduction and the scaling by 2^n.</summary>
/// <remarks>
/// Kernels compute e^x as 2^(x·log₂e): the multiplication by log₂e is folded into one that they do anyway, and the fraction of a
/// power of two is exact, where e^x would subtract n·ln 2 in two parts.
/// </remarks>
internal static class Exponential
{
    /// <summary>1 / ln 2.</summary>
    public const double Log2E = 1.4426950408889634;

    private const double Ln2 = 0.6931471805599453;

    /// <summary>The smallest argument whose power is a normal number; smaller ones may be flushed to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SmallestNormalArgument<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? -126 : -1022;

    /// <summary>2^f for f in [0, 1), in float: the relative minimax fit of degree 5 with 2^0 exact; 8.3e-8 before rounding, 1.7e-7 after.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes OfFractionInSingle<TLanes, T>(TLanes f)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLanes p = TLanes.Constant(0.0018671303f);
        p = TLanes.MultiplyAdd(p, f, TLanes.Constant(0.00901703f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Constant(0.055799913f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Constant(0.24016444f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Constant(0.6931513f));
        return TLanes.MultiplyAdd(p, f, TLanes.Constant(1));
    }

    /// <summary>2^f for |f| ≤ 1/2, in double: the Taylor series of e^r, r = f·ln 2, to r¹³; the remainder is below 4e-18.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes OfFractionInDouble<TLanes, T>(TLanes f)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLanes r = f * TLanes.Constant(Ln2);
        TLanes p = TLanes.Constant(1 / 6227020800.0);
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 479001600.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 39916800.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 3628800.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 362880.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 40320.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 5040.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 720.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 120.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 24.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(1 / 6.0));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(0.5));
        p = TLanes.MultiplyAdd(p, r * r, r);
        return p + TLanes.Constant(1);
    }
}
