using System;
using System.Numerics;

namespace SeqLoss.Kernels.Drivers;

/// <summary>The target mass of each class, a = (α·q + β)·w: smoothed distribution q times class weight w.</summary>
/// <remarks>Without a distribution a = β·w, without class weights w = 1. The spans cover the same classes as the scores.</remarks>
internal readonly ref struct Mass<T>(T alpha, T beta, ReadOnlySpan<T> distribution, ReadOnlySpan<T> classWeights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly T Alpha = alpha;
    public readonly T Beta = beta;
    public readonly ReadOnlySpan<T> Distribution = distribution;
    public readonly ReadOnlySpan<T> ClassWeights = classWeights;

    /// <summary>Whether every class has the mass β.</summary>
    public bool IsUniform => Distribution.IsEmpty && ClassWeights.IsEmpty;

    /// <summary>The same mass at every class.</summary>
    public static Mass<T> Uniform(T value) => new(T.Zero, value, default, default);

    /// <summary>The masses of a range of a row's classes.</summary>
    public Mass<T> Slice(int start, int length) => new(
        Alpha,
        Beta,
        Distribution.IsEmpty ? default : Distribution.Slice(start, length),
        ClassWeights.IsEmpty ? default : ClassWeights.Slice(start, length));
}
