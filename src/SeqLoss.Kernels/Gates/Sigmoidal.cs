using System.Runtime.CompilerServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Gates;

/// <summary>σ and tanh. NaN gives NaN, ±∞ the limits.</summary>
internal static class Sigmoidal
{
    /// <summary>σ(x) = 1 / (1 + e^−x), to 2e-7.</summary>
    /// <remarks>With e = e^−|x|: 1 / (1 + e) for x ≥ 0, else e / (1 + e); neither overflows, and a small σ keeps its digits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Logistic<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes zero = TLanes.Constant(0), one = TLanes.Constant(1);
        TLanes e = TLanes.Exp2NonPositive(TLanes.Max(x, zero - x) * TLanes.Constant(-Exponential.Log2E));
        return TLanes.Select(TLanes.AreGreater(zero, x), e, one) / (one + e);
    }

    /// <summary>tanh x, to 3e-7 of its value.</summary>
    /// <remarks>
    /// With e = e^−2|x|: (1 − e) / (1 + e) and the sign of x. Up to |x| = 1/2, where 1 − e would lose digits, the odd relative minimax
    /// fit of degree 9 with the slope 1 at 0; 1.5e-8 before rounding.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes zero = TLanes.Constant(0), one = TLanes.Constant(1);
        TLanes magnitude = TLanes.Max(x, zero - x);
        TLanes e = TLanes.Exp2NonPositive(magnitude * TLanes.Constant(-2 * Exponential.Log2E));
        TLanes far = TLanes.Select(TLanes.AreGreater(zero, x), e - one, one - e) / (one + e);

        TLanes square = x * x;
        TLanes p = TLanes.Constant(0.017241493f);
        p = TLanes.MultiplyAdd(p, square, TLanes.Constant(-0.053045496f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Constant(0.13325879f));
        p = TLanes.MultiplyAdd(p, square, TLanes.Constant(-0.33333144f));
        TLanes near = TLanes.MultiplyAdd(p, square * x, x);

        // NaN compares false, and the fit keeps it.
        return TLanes.Select(TLanes.AreGreater(magnitude, TLanes.Constant(0.5)), far, near);
    }
}
