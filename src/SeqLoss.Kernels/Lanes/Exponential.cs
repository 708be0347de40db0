using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqLoss.Kernels.Lanes;

/// <summary>The parts of e^x that every width shares: range reduction and polynomial.</summary>
/// <remarks>
/// e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2. ln 2 is subtracted in two parts, the first with so few bits
/// that n · high is exact, so r is right to the last bit with and without fused multiply-add (Cody and Waite, 1980). The width
/// supplies the rounding and the final scaling by 2^n.
/// </remarks>
internal static class Exponential
{
    /// <summary>1 / ln 2.</summary>
    public const double Log2E = 1.4426950408889634;

    private const float FloatLn2High = 0.693359375f; // 355/512
    private const float FloatLn2Low = -2.12194440e-4f;
    private const double DoubleLn2High = 0.693145751953125; // 21 bits
    private const double DoubleLn2Low = 1.42860682030941723212e-6;

    /// <summary>The smallest argument whose result is a normal number; smaller ones may be flushed to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SmallestNormalArgument<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? -87.33654 : -708.3964185322641;

    /// <summary>e^(x − n·ln 2) for |x − n·ln 2| ≤ 0.3466.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes OfReduced<TLanes, T>(TLanes x, TLanes n)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            TLanes r = TLanes.MultiplyAdd(n, TLanes.Constant(-FloatLn2High), x);
            r = TLanes.MultiplyAdd(n, TLanes.Constant(-FloatLn2Low), r);
            return FloatPolynomial<TLanes, T>(r);
        }

        TLanes s = TLanes.MultiplyAdd(n, TLanes.Constant(-DoubleLn2High), x);
        s = TLanes.MultiplyAdd(n, TLanes.Constant(-DoubleLn2Low), s);
        return DoublePolynomial<TLanes, T>(s);
    }

    /// <summary>1 + r + r²·P(r), P of degree 4: the relative minimax fit on |r| ≤ ln 2 / 2 (3.1e-9 before rounding).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes FloatPolynomial<TLanes, T>(TLanes r)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TLanes p = TLanes.Constant(0.0013814599f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(0.008368717f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(0.04166839f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(0.16666521f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Constant(0.49999994f));
        p = TLanes.MultiplyAdd(p, r * r, r);
        return p + TLanes.Constant(1);
    }

    /// <summary>The Taylor series to r¹³: the remainder is below 4e-18 for |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes DoublePolynomial<TLanes, T>(TLanes r)
        where TLanes : struct, ILanes<TLanes, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
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
