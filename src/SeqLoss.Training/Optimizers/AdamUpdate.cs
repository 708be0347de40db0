using System;
using System.Numerics.Tensors;

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

    /// <summary>Changes a block of values.</summary>
    /// <param name="x">The values.</param>
    /// <param name="g">Their gradients; scratch afterwards.</param>
    /// <param name="m">Their first moments.</param>
    /// <param name="v">Their second moments.</param>
    public void Run(Span<float> x, Span<float> g, Span<float> m, Span<float> v)
    {
        TensorPrimitives.Multiply(m, _beta1, m);
        TensorPrimitives.MultiplyAdd(g, _oneMinusBeta1, m, m);

        TensorPrimitives.Multiply(v, _beta2, v);
        TensorPrimitives.Multiply(g, g, g);
        TensorPrimitives.MultiplyAdd(g, _oneMinusBeta2, v, v);

        Span<float> direction = g;
        TensorPrimitives.Sqrt(v, direction);
        TensorPrimitives.Divide(direction, _rootOfCorrection2, direction);
        TensorPrimitives.Add(direction, _epsilon, direction);
        TensorPrimitives.Divide(m, direction, direction);

        if (_decay != 1)
        {
            TensorPrimitives.Multiply(x, _decay, x);
        }

        TensorPrimitives.MultiplyAdd(direction, -_stepSize, x, x);
    }
}
