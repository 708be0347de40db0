using System;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>Adam with decoupled weight decay: x ← x·(1 − η·λ) before the step of <see cref="Adam"/>.</summary>
/// <remarks>
/// As <c>torch.optim.AdamW</c>: the decay does not pass through the moments, follows the learning rate η, and acts on every parameter,
/// biases, norms and embeddings included.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2019.</seealso>
public sealed class AdamW : Optimizer
{
    private readonly double _weightDecay;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private AdamUpdate _update;

    /// <param name="parameters">What is changed.</param>
    /// <param name="weightDecay">λ, at least 0.</param>
    /// <param name="beta1">What the first moment keeps of itself in a step, in [0, 1).</param>
    /// <param name="beta2">What the second moment keeps of itself in a step, in [0, 1).</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public AdamW(
        ParameterSet parameters,
        double weightDecay = 0.01,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        int? threads = null)
        : base(parameters, threads, Adam.FirstMoment, Adam.SecondMoment)
    {
        OptimizerOptions.CheckNotNegative(weightDecay, nameof(weightDecay));
        OptimizerOptions.CheckDecay(beta1, nameof(beta1));
        OptimizerOptions.CheckDecay(beta2, nameof(beta2));
        OptimizerOptions.CheckPositive(epsilon, nameof(epsilon));
        (_weightDecay, _beta1, _beta2, _epsilon) = (weightDecay, beta1, beta2, epsilon);
    }

    private protected override void BeginStep(double learningRate)
        => _update = new AdamUpdate(_beta1, _beta2, _epsilon, StepCount, learningRate, decay: 1 - (learningRate * _weightDecay));

    private protected override void Update(ParameterChunks.Chunk block, Span<float> values, Span<float> gradient)
        => _update.Run(values, gradient, Moments[0].Of(block), Moments[1].Of(block));
}
