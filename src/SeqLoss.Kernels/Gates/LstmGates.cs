using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Gates;

/// <summary>One row of an LSTM's step, from a = W·x + b + U·h⁻ + d, four gates i, f, g, o side by side.</summary>
/// <remarks>i = σ(a_i), f = σ(a_f), g = tanh(a_g), o = σ(a_o), c = f·c⁻ + i·g, h = o·tanh c.</remarks>
internal static class LstmGates
{
    /// <summary>Writes i, f, g, o in the place of a, and c and h.</summary>
    public static void Forward<TLanes>(Span<float> a, ReadOnlySpan<float> previousCell, Span<float> cell, Span<float> h)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = h.Length;
        ref float gates = ref MemoryMarshal.GetReference(a[..(4 * size)]);
        ref float before = ref MemoryMarshal.GetReference(previousCell[..size]);
        ref float after = ref MemoryMarshal.GetReference(cell[..size]);
        ref float state = ref MemoryMarshal.GetReference(h);
        int done = ForwardUnits<TLanes>(ref gates, ref before, ref after, ref state, size, 0);
        _ = ForwardUnits<ScalarLanes<float>>(ref gates, ref before, ref after, ref state, size, done);
    }

    /// <summary>Writes ∂L/∂a in the place of i, f, g, o, and ∂L/∂c⁻ in that of ∂L/∂c.</summary>
    /// <remarks>
    /// With e = ∂L/∂h, t = tanh c and k = ∂L/∂c + e·o·(1 − t²): ∂L/∂a_i = k·g·i(1 − i), ∂L/∂a_f = k·c⁻·f(1 − f),
    /// ∂L/∂a_g = k·i·(1 − g²), ∂L/∂a_o = e·t·o(1 − o), ∂L/∂c⁻ = k·f.
    /// </remarks>
    public static void Backward<TLanes>(
        Span<float> a, ReadOnlySpan<float> previousCell, ReadOnlySpan<float> cell, ReadOnlySpan<float> gradH, Span<float> gradCell)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = gradH.Length;
        ref float gates = ref MemoryMarshal.GetReference(a[..(4 * size)]);
        ref float before = ref MemoryMarshal.GetReference(previousCell[..size]);
        ref float after = ref MemoryMarshal.GetReference(cell[..size]);
        ref float gradState = ref MemoryMarshal.GetReference(gradH);
        ref float gradAfter = ref MemoryMarshal.GetReference(gradCell[..size]);
        int done = BackwardUnits<TLanes>(ref gates, ref before, ref after, ref gradState, ref gradAfter, size, 0);
        _ = BackwardUnits<ScalarLanes<float>>(ref gates, ref before, ref after, ref gradState, ref gradAfter, size, done);
    }

    /// <summary>The units from <paramref name="unit"/> on, as many as whole lanes take; returns the first that is left.</summary>
    /// <remarks>Not inlined: a method with two widths of this is more than the JIT inlines into one.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int ForwardUnits<TLanes>(ref float a, ref float previousCell, ref float cell, ref float h, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes i = Sigmoidal.Logistic(TLanes.Load(ref a, unit));
            TLanes f = Sigmoidal.Logistic(TLanes.Load(ref a, size + unit));
            TLanes g = Sigmoidal.Tanh(TLanes.Load(ref a, (2 * size) + unit));
            TLanes o = Sigmoidal.Logistic(TLanes.Load(ref a, (3 * size) + unit));
            TLanes c = TLanes.MultiplyAdd(f, TLanes.Load(ref previousCell, unit), i * g);
            TLanes.Store(i, ref a, unit);
            TLanes.Store(f, ref a, size + unit);
            TLanes.Store(g, ref a, (2 * size) + unit);
            TLanes.Store(o, ref a, (3 * size) + unit);
            TLanes.Store(c, ref cell, unit);
            TLanes.Store(o * Sigmoidal.Tanh(c), ref h, unit);
        }

        return unit;
    }

    /// <inheritdoc cref="ForwardUnits{TLanes}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int BackwardUnits<TLanes>(
        ref float a, ref float previousCell, ref float cell, ref float gradH, ref float gradCell, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes one = TLanes.Constant(1);
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes i = TLanes.Load(ref a, unit);
            TLanes f = TLanes.Load(ref a, size + unit);
            TLanes g = TLanes.Load(ref a, (2 * size) + unit);
            TLanes o = TLanes.Load(ref a, (3 * size) + unit);
            TLanes t = Sigmoidal.Tanh(TLanes.Load(ref cell, unit));
            TLanes eo = TLanes.Load(ref gradH, unit) * o;
            TLanes k = TLanes.MultiplyAdd(eo, one - (t * t), TLanes.Load(ref gradCell, unit));
            TLanes ki = k * i, kf = k * f;
            TLanes.Store(ki * g * (one - i), ref a, unit);
            TLanes.Store(kf * TLanes.Load(ref previousCell, unit) * (one - f), ref a, size + unit);
            TLanes.Store(ki * (one - (g * g)), ref a, (2 * size) + unit);
            TLanes.Store(eo * t * (one - o), ref a, (3 * size) + unit);
            TLanes.Store(kf, ref gradCell, unit);
        }

        return unit;
    }
}
