using System;
using System.Numerics.Tensors;

namespace SeqLoss;

/// <summary>Keras' sample weights, mask and reduction, as the core takes them.</summary>
/// <remarks>
/// With <c>mean_with_sample_weight</c> Keras divides by the sum of the weights as given: one that broadcasting repeats is counted once.
/// Where that differs from the sum over the positions, the weights are divided beforehand and the losses summed.
/// </remarks>
internal sealed class KerasWeighting
{
    private readonly double _divisor;

    public KerasWeighting(ScoreView view, SampleWeights? sampleWeight, SampleWeights? mask, long? ignoreClass, KerasReduction reduction)
    {
        double[]? kept = mask?.Broadcast(view.Positions, "mask");
        double[]? weights = sampleWeight?.Broadcast(view.Positions, "sample_weight");
        Reduction = Of(reduction, mask is not null || ignoreClass is not null);
        if (reduction == KerasReduction.MeanWithSampleWeight && ignoreClass is null)
        {
            double repetition = view.Positions.Count / (double)SampleWeights.JointCount(view.Positions, sampleWeight, mask);
            _divisor = repetition == 1 ? 0 : Sum(kept, weights) / repetition;
        }

        if (_divisor != 0)
        {
            weights ??= Ones(view);
            TensorPrimitives.Divide(weights, _divisor, weights);
            Reduction = Reduction.Sum;
        }

        Weights = CoreCall.Join(
            view.MaskOf(kept),
            ignoreClass is { } ignored ? TokenWeights.FromIgnoreIndex(ignored) : null,
            view.WeightsOf(weights));
    }

    public TokenWeights? Weights { get; }

    public Reduction Reduction { get; }

    /// <summary>The loss with the sums that it would have without the division beforehand.</summary>
    public ConventionLoss Complete(ConventionLoss loss) => _divisor == 0 ? loss : loss with
    {
        Divisor = _divisor,
        Sum = loss.Sum with
        {
            Sum = loss.Sum.Sum * _divisor,
            Weight = loss.Sum.Weight * _divisor,
            TokenWeight = loss.Sum.TokenWeight * _divisor,
            NegativeLogLikelihood = loss.Sum.NegativeLogLikelihood * _divisor,
        },
    };

    private static double Sum(double[]? mask, double[]? weights)
        => mask is null ? TensorPrimitives.Sum<double>(weights)
            : weights is null ? TensorPrimitives.Sum<double>(mask)
            : TensorPrimitives.Dot<double>(mask, weights);

    private static double[] Ones(ScoreView view)
    {
        double[] ones = new double[view.Positions.Count];
        Array.Fill(ones, 1);
        return ones;
    }

    private static Reduction Of(KerasReduction reduction, bool isMasked) => reduction switch
    {
        KerasReduction.SumOverBatchSize or KerasReduction.Mean => isMasked ? Reduction.MeanValid : Reduction.MeanElements,
        KerasReduction.MeanWithSampleWeight => Reduction.Mean,
        KerasReduction.Sum => Reduction.Sum,
        KerasReduction.None => Reduction.None,
        _ => throw new LossOptionException(
            $"{reduction} is not a reduction: sum_over_batch_size, mean, mean_with_sample_weight, sum or none."),
    };
}
