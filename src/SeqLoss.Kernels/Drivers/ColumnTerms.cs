using System;
using System.Numerics;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The terms of <see cref="Operators.RowTerms{TLanes}"/>, one for each column; a factor that is not used may be empty.</summary>
internal readonly ref struct ColumnTerms<T>(
    ReadOnlySpan<T> shift, T scale, ReadOnlySpan<T> softmaxFactor = default, ReadOnlySpan<T> massFactor = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly ReadOnlySpan<T> Shift = shift;
    public readonly T Scale = scale;
    public readonly ReadOnlySpan<T> SoftmaxFactor = softmaxFactor;
    public readonly ReadOnlySpan<T> MassFactor = massFactor;
}
