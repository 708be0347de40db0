using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SeqLoss.Models.Operations;

/// <summary>Takes a gradient back through a nonlinearity, given what it computed.</summary>
internal static class NonlinearityGradient
{
    /// <summary>gradient = y &gt; 0 ? gradient : 0.</summary>
    public static void Relu(ReadOnlySpan<float> y, Span<float> gradient)
    {
        ref float result = ref MemoryMarshal.GetReference(y);
        ref float g = ref MemoryMarshal.GetReference(gradient[..y.Length]);
        int i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<int> isPositive = Vector.GreaterThan(Vector.LoadUnsafe(ref result, (nuint)i), Vector<float>.Zero);
            Vector.ConditionalSelect(isPositive, Vector.LoadUnsafe(ref g, (nuint)i), Vector<float>.Zero).StoreUnsafe(ref g, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            gradient[i] = y[i] > 0 ? gradient[i] : 0;
        }
    }

    /// <summary>gradient = gradient·(1 − (scale·y)²), with scale·y = tanh x.</summary>
    public static void Tanh(ReadOnlySpan<float> y, float scale, Span<float> gradient)
    {
        ref float result = ref MemoryMarshal.GetReference(y);
        ref float g = ref MemoryMarshal.GetReference(gradient[..y.Length]);
        int i = 0;
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> tanh = Vector.LoadUnsafe(ref result, (nuint)i) * scale;
            (Vector.LoadUnsafe(ref g, (nuint)i) * (Vector<float>.One - (tanh * tanh))).StoreUnsafe(ref g, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            float tanh = y[i] * scale;
            gradient[i] *= 1 - (tanh * tanh);
        }
    }
}
