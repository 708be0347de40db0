using System;
using System.Numerics;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The target masses of a tile, a = (α·q + β)·w, as <see cref="Mass{T}"/> of a row.</summary>
internal readonly ref struct TileMass<T>(T alpha, T beta, Tile<T> distribution, ReadOnlySpan<T> classWeights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T Alpha = alpha;
    public readonly T Beta = beta;
    public readonly Tile<T> Distribution = distribution;

    /// <summary>One weight for each row, or none.</summary>
    public readonly ReadOnlySpan<T> ClassWeights = classWeights;

    /// <summary>The masses of some of the rows.</summary>
    public TileMass<T> Rows(int start, int end)
        => new(Alpha, Beta, Distribution.Rows(start, end), ClassWeights.IsEmpty ? default : ClassWeights[start..end]);
}
