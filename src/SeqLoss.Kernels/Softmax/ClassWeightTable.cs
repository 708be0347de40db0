using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SeqLoss.Kernels.Softmax;

/// <summary>One weight per class, in both precisions that kernels compute in.</summary>
internal sealed class ClassWeightTable
{
    private readonly float[] _single;
    private readonly double[] _double;

    public ClassWeightTable(double[] weights)
    {
        _double = weights;
        _single = Array.ConvertAll(weights, weight => (float)weight);
        foreach (double weight in weights)
        {
            Sum += weight;
        }
    }

    /// <summary>The sum over all classes.</summary>
    public double Sum { get; }

    public int Length => _double.Length;

    public double this[int index] => _double[index];

    /// <summary>The weights in the kernel's precision, shape <c>[V]</c>.</summary>
    public ReadOnlySpan<T> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => typeof(T) == typeof(float)
            ? MemoryMarshal.Cast<float, T>(_single)
            : MemoryMarshal.Cast<double, T>(_double);
}
