using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Kernels.Drivers;

/// <summary>Computes <see cref="TileMass{T}"/> for the lanes of a tile; what is absent costs nothing.</summary>
internal readonly ref struct TileMassLoader<TLanes, T, TDistribution, TClassWeights>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TDistribution : struct, IConstant
    where TClassWeights : struct, IConstant
{
    private readonly TLanes _alpha;
    private readonly TLanes _beta;
    private readonly ref T _distribution;
    private readonly int _stride;
    private readonly ref T _classWeights;

    public TileMassLoader(in TileMass<T> mass)
    {
        _alpha = TLanes.Broadcast(mass.Alpha);
        _beta = TLanes.Broadcast(mass.Beta);
        _distribution = ref MemoryMarshal.GetReference(mass.Distribution.Values);
        _stride = mass.Distribution.Stride;
        _classWeights = ref MemoryMarshal.GetReference(mass.ClassWeights);
    }

    /// <summary>The masses of one class for the columns from <paramref name="column"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes At(int row, int column)
    {
        TLanes a = TDistribution.Value
            ? TLanes.MultiplyAdd(_alpha, TLanes.Load(ref _distribution, (row * _stride) + column), _beta)
            : _beta;
        return TClassWeights.Value ? a * TLanes.Broadcast(Unsafe.Add(ref _classWeights, row)) : a;
    }
}
