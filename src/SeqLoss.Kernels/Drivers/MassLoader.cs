using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Drivers;

/// <summary>Computes <see cref="Mass{T}"/> for the lanes of a row; what is absent costs nothing.</summary>
internal readonly ref struct MassLoader<TLanes, T, TDistribution, TClassWeights>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TDistribution : struct, IConstant
    where TClassWeights : struct, IConstant
{
    private readonly TLanes _alpha;
    private readonly TLanes _beta;
    private readonly ref T _distribution;
    private readonly ref T _classWeights;

    public MassLoader(in Mass<T> mass)
    {
        _alpha = TLanes.Broadcast(mass.Alpha);
        _beta = TLanes.Broadcast(mass.Beta);
        _distribution = ref MemoryMarshal.GetReference(mass.Distribution);
        _classWeights = ref MemoryMarshal.GetReference(mass.ClassWeights);
    }

    /// <summary>The masses of the classes from <paramref name="index"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes At(int index)
    {
        TLanes a = TDistribution.Value ? TLanes.MultiplyAdd(_alpha, TLanes.Load(ref _distribution, index), _beta) : _beta;
        return TClassWeights.Value ? a * TLanes.Load(ref _classWeights, index) : a;
    }
}
