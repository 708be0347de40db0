using System;
using System.Numerics;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Lanes;

namespace SeqLoss.Training.Optimizers;

/// <summary>One step of Adam, as far as all values have it in common.</summary>
/// <remarks>
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², x ← x·decay − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε): ε stands outside the root and
/// is not divided by its correction, as in the article's algorithm 1 and in <c>torch.optim</c>.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2015.</seealso>
internal readonly struct AdamUpdate
{
    private readonly float _beta1;
    private readonly float _oneMinusBeta1;
    private readonly float _beta2;
    private readonly float _oneMinusBeta2;
    private readonly float _epsilon;
    private readonly float _rootOfCorrection2;
    private readonly float _stepSize;
    private readonly float _decay;

    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="step">t, counted from 1.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="decay">What a value is multiplied by before the step.</param>
    public AdamUpdate(double beta1, double beta2, double epsilon, long step, double learningRate, double decay)
    {
        (_beta1, _oneMinusBeta1) = ((float)beta1, (float)(1 - beta1));
        (_beta2, _oneMinusBeta2) = ((float)beta2, (float)(1 - beta2));
        _epsilon = (float)epsilon;
        _rootOfCorrection2 = (float)Math.Sqrt(1 - Math.Pow(beta2, step));
        _stepSize = (float)(learningRate / (1 - Math.Pow(beta1, step)));
        _decay = (float)decay;
    }

    /// <summary>Changes a block of values in one pass: what limits a step is memory, four arrays of it.</summary>
    /// <param name="x">The values.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="m">Their first moments.</param>
    /// <param name="v">Their second moments.</param>
    public void Run(Span<float> x, ReadOnlySpan<float> g, Span<float> m, Span<float> v)
    {
        ref float value = ref MemoryMarshal.GetReference(x);
        ref float gradient = ref MemoryMarshal.GetReference(g[..x.Length]);
        ref float first = ref MemoryMarshal.GetReference(m[..x.Length]);
        ref float second = ref MemoryMarshal.GetReference(v[..x.Length]);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // The next block: the processor's own prefetching stops at the end of a page, which a block is.
            Prefetch.Near(ref value, i + ParameterChunks.BlockLength);
            Prefetch.Near(ref gradient, i + ParameterChunks.BlockLength);
            Prefetch.Near(ref first, i + ParameterChunks.BlockLength);
            Prefetch.Near(ref second, i + ParameterChunks.BlockLength);

            Vector<float> slope = Vector.LoadUnsafe(ref gradient, (nuint)i);
            Vector<float> mean = (Vector.LoadUnsafe(ref first, (nuint)i) * _beta1) + (slope * _oneMinusBeta1);
            Vector<float> square = (Vector.LoadUnsafe(ref second, (nuint)i) * _beta2) + (slope * slope * _oneMinusBeta2);
            Vector<float> root = (Vector.SquareRoot(square) / new Vector<float>(_rootOfCorrection2)) + new Vector<float>(_epsilon);
            Vector<float> result = (Vector.LoadUnsafe(ref value, (nuint)i) * _decay) - (mean / root * _stepSize);
            mean.StoreUnsafe(ref first, (nuint)i);
            square.StoreUnsafe(ref second, (nuint)i);
            result.StoreUnsafe(ref value, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            m[i] = (m[i] * _beta1) + (g[i] * _oneMinusBeta1);
            v[i] = (v[i] * _beta2) + (g[i] * g[i] * _oneMinusBeta2);
            float root = (MathF.Sqrt(v[i]) / _rootOfCorrection2) + _epsilon;
            x[i] = (x[i] * _decay) - (m[i] / root * _stepSize);
        }
    }
}
