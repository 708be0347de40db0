using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum: u ← μ·u + g, x ← x − η·u; without momentum u = g.</summary>
/// <remarks>As <c>torch.optim.SGD(momentum=μ)</c> with its defaults: no dampening, not Nesterov's, η outside of u.</remarks>
public sealed class Sgd : Optimizer
{
    private readonly float _momentum;
    private float _learningRate;

    /// <param name="parameters">What is changed.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Sgd(ParameterSet parameters, double momentum = 0, int? threads = null)
        : base(parameters, threads, momentum == 0 ? [] : ["momentum"])
    {
        OptimizerOptions.CheckDecay(momentum, nameof(momentum));
        _momentum = (float)momentum;
    }

    private protected override void BeginStep(double learningRate) => _learningRate = (float)learningRate;

    private protected override void Update(ParameterChunks.Chunk block, Span<float> values, Span<float> gradient)
    {
        ReadOnlySpan<float> direction = gradient;
        if (_momentum != 0)
        {
            Span<float> u = Moments[0].Of(block);
            TensorPrimitives.MultiplyAdd(u, _momentum, gradient, u);
            direction = u;
        }

        TensorPrimitives.MultiplyAdd(direction, -_learningRate, values, values);
    }
}
