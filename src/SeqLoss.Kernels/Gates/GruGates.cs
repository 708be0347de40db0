using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Gates;

/// <summary>One row of a GRU's step, from a = W·x + b and u = U·h⁻ + d, each three gates r, z, n side by side.</summary>
/// <remarks>r = σ(a_r + u_r), z = σ(a_z + u_z), n = tanh(a_n + r·u_n), h = (1 − z)·n + z·h⁻.</remarks>
internal static class GruGates
{
    /// <summary>Writes r, z, n in the place of a, and h; u_n stays.</summary>
    public static void Forward<TLanes>(Span<float> a, ReadOnlySpan<float> u, ReadOnlySpan<float> previous, Span<float> h)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = h.Length;
        ref float gates = ref MemoryMarshal.GetReference(a[..(3 * size)]);
        ref float recurrent = ref MemoryMarshal.GetReference(u[..(3 * size)]);
        ref float before = ref MemoryMarshal.GetReference(previous[..size]);
        ref float state = ref MemoryMarshal.GetReference(h);
        int done = ForwardUnits<TLanes>(ref gates, ref recurrent, ref before, ref state, size, 0);
        _ = ForwardUnits<ScalarLanes<float>>(ref gates, ref recurrent, ref before, ref state, size, done);
    }

    /// <summary>
    /// Writes ∂L/∂a in the place of r, z, n and ∂L/∂u in that of u, and adds ∂L/∂h·z to <paramref name="gradPrevious"/> unless that is
    /// empty.
    /// </summary>
    /// <remarks>
    /// With e = ∂L/∂h: ∂L/∂a_z = e·(h⁻ − n)·z(1 − z); ∂L/∂a_n = e·(1 − z)·(1 − n²); ∂L/∂u_n = ∂L/∂a_n·r;
    /// ∂L/∂a_r = ∂L/∂a_n·u_n·r(1 − r); u_r and u_z have the gradients of a_r and a_z.
    /// </remarks>
    public static void Backward<TLanes>(
        Span<float> a, Span<float> u, ReadOnlySpan<float> previous, ReadOnlySpan<float> gradH, Span<float> gradPrevious)
        where TLanes : struct, ILanes<TLanes, float>
    {
        int size = gradH.Length;
        bool adds = !gradPrevious.IsEmpty;
        ref float gates = ref MemoryMarshal.GetReference(a[..(3 * size)]);
        ref float recurrent = ref MemoryMarshal.GetReference(u[..(3 * size)]);
        ref float before = ref MemoryMarshal.GetReference(previous[..size]);
        ref float gradState = ref MemoryMarshal.GetReference(gradH);
        ref float gradBefore = ref MemoryMarshal.GetReference(adds ? gradPrevious[..size] : default);
        int done = BackwardUnits<TLanes>(ref gates, ref recurrent, ref before, ref gradState, ref gradBefore, adds, size, 0);
        _ = BackwardUnits<ScalarLanes<float>>(ref gates, ref recurrent, ref before, ref gradState, ref gradBefore, adds, size, done);
    }

    /// <summary>The units from <paramref name="unit"/> on, as many as whole lanes take; returns the first that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int ForwardUnits<TLanes>(ref float a, ref float u, ref float previous, ref float h, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes r = Sigmoidal.Logistic(TLanes.Load(ref a, unit) + TLanes.Load(ref u, unit));
            TLanes z = Sigmoidal.Logistic(TLanes.Load(ref a, size + unit) + TLanes.Load(ref u, size + unit));
            TLanes candidate = TLanes.Load(ref u, (2 * size) + unit);
            TLanes n = Sigmoidal.Tanh(TLanes.MultiplyAdd(r, candidate, TLanes.Load(ref a, (2 * size) + unit)));
            TLanes.Store(r, ref a, unit);
            TLanes.Store(z, ref a, size + unit);
            TLanes.Store(n, ref a, (2 * size) + unit);
            TLanes.Store(TLanes.MultiplyAdd(z, TLanes.Load(ref previous, unit) - n, n), ref h, unit);
        }

        return unit;
    }

    /// <inheritdoc cref="ForwardUnits{TLanes}"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int BackwardUnits<TLanes>(
        ref float a, ref float u, ref float previous, ref float gradH, ref float gradPrevious, bool adds, int size, int unit)
        where TLanes : struct, ILanes<TLanes, float>
    {
        TLanes one = TLanes.Constant(1);
        for (; unit <= size - TLanes.Count; unit += TLanes.Count)
        {
            TLanes r = TLanes.Load(ref a, unit);
            TLanes z = TLanes.Load(ref a, size + unit);
            TLanes n = TLanes.Load(ref a, (2 * size) + unit);
            TLanes candidate = TLanes.Load(ref u, (2 * size) + unit);
            TLanes e = TLanes.Load(ref gradH, unit);
            if (adds)
            {
                TLanes.Store(TLanes.MultiplyAdd(e, z, TLanes.Load(ref gradPrevious, unit)), ref gradPrevious, unit);
            }

            TLanes rest = e * (one - z);
            TLanes gradZ = rest * (TLanes.Load(ref previous, unit) - n) * z;
            TLanes gradN = rest * (one - (n * n));
            TLanes gradCandidate = gradN * r;
            TLanes gradR = gradCandidate * candidate * (one - r);
            TLanes.Store(gradR, ref a, unit);
            TLanes.Store(gradZ, ref a, size + unit);
            TLanes.Store(gradN, ref a, (2 * size) + unit);
            TLanes.Store(gradR, ref u, unit);
            TLanes.Store(gradZ, ref u, size + unit);
            TLanes.Store(gradCandidate, ref u, (2 * size) + unit);
        }

        return unit;
    }
}
