using System;
using SeqLoss.Models.Autograd;

namespace SeqLoss.Training.Optimizers;

/// <summary>Adam: steps of about the learning rate for every value, whatever the size of its gradients.</summary>
/// <remarks>As <c>torch.optim.Adam</c>: both moments corrected for their start at 0, ε outside the root, no weight decay.</remarks>
/// <seealso href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2015.</seealso>
public sealed class Adam : Optimizer
{
    internal const string FirstMoment = "first_moment";
    internal const string SecondMoment = "second_moment";

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private AdamUpdate _update;

    /// <param name="parameters">What is changed.</param>
    /// <param name="beta1">What the first moment keeps of itself in a step, in [0, 1).</param>
    /// <param name="beta2">What the second moment keeps of itself in a step, in [0, 1).</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="threads">The most threads to use; <see langword="null"/>: one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(ParameterSet parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, int? threads = null)
        : base(parameters, threads, FirstMoment, SecondMoment)
    {
        OptimizerOptions.CheckDecay(beta1, nameof(beta1));
        OptimizerOptions.CheckDecay(beta2, nameof(beta2));
        OptimizerOptions.CheckPositive(epsilon, nameof(epsilon));
        (_beta1, _beta2, _epsilon) = (beta1, beta2, epsilon);
    }

    private protected override void BeginStep(double learningRate)
        => _update = new AdamUpdate(_beta1, _beta2, _epsilon, StepCount, learningRate, decay: 1);

    private protected override void Update(ParameterChunks.Chunk block, Span<float> values, Span<float> gradient)
        => _update.Run(values, gradient, Moments[0].Of(block), Moments[1].Of(block));
}
