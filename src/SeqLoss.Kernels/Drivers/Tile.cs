using System;
using System.Numerics;

namespace SeqLoss.Kernels.Drivers;

/// <summary>Scores of some classes (rows) of tokens beside each other (columns); the columns fill whole registers.</summary>
internal readonly ref struct Tile<T>(ReadOnlySpan<T> values, int stride, int rowCount, int columnCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The columns of a tile are a multiple of every lane count.</summary>
    public const int ColumnAlignment = 16;

    public readonly ReadOnlySpan<T> Values = values;

    /// <summary>Elements from one row to the next.</summary>
    public readonly int Stride = stride;

    public readonly int RowCount = rowCount;

    public readonly int ColumnCount = columnCount;

    public bool IsEmpty => Values.IsEmpty;

    /// <summary>Some of the rows.</summary>
    public Tile<T> Rows(int start, int end)
        => IsEmpty ? default : new(start == end ? [] : Values[(start * Stride)..], Stride, end - start, ColumnCount);
}

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
