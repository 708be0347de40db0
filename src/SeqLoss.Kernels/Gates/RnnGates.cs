using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Gates;

/// <summary>One row of an RNN's step: h = tanh a, with a = W·x + b + U·h⁻ + d.</summary>
internal static class RnnGates
{
    /// <summary>Writes h.</summary>
    public static void Forward<TLanes>(ReadOnlySpan<float> a, Span<float> h)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = h.Length;
        ref float sum = ref MemoryMarshal.GetReference(a[..size]);
        ref float state = ref MemoryMarshal.GetReference(h);
        int done = ForwardUnits<TLanes>(ref sum, ref state, size, 0);
        _ = ForwardUnits<ScalarLanes<float>>(ref sum, ref state, size, done);
    }

    /// <summary>Writes ∂L/∂a = ∂L/∂h·(1 − h²).</summary>
    public static void Backward<TLanes>(ReadOnlySpan<float> h, ReadOnlySpan<float> gradH, Span<float> gradA)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = gradA.Length;
        ref float state = ref MemoryMarshal.GetReference(h[..size]);
        ref float gradState = ref MemoryMarshal.GetReference(gradH[..size]);
        ref float gradSum = ref MemoryMarshal.GetReference(gradA);
        int done = BackwardUnits<TLanes>(ref state, ref gradState, ref gradSum, size, 0);
        _ = BackwardUnits<ScalarLanes<float>>(ref state, ref gradState, ref gradSum, size, done);
    }

    /// <summary>The units from <paramref name="unit"/> on, as many as whole lanes take; returns the first that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int ForwardUnits<TLanes>(ref float a, ref float h, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes.Store(Sigmoidal.Tanh(TLanes.Load(ref a, unit)), ref h, unit);
        }

        return unit;
    }

    /// <inheritdoc cref="ForwardUnits{TLanes}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int BackwardUnits<TLanes>(ref float h, ref float gradH, ref float gradA, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes state = TLanes.Load(ref h, unit);
            TLanes.Store(TLanes.Load(ref gradH, unit) * (TLanes.Constant(1) - (state * state)), ref gradA, unit);
        }

        return unit;
    }
}
