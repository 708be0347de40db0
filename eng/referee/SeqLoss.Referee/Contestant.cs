using System;
using System.Linq;
using System.Numerics.Tensors;

namespace SeqLoss.Referee;

/// <summary>SeqLoss's answer to a case.</summary>
internal static class Contestant
{
    /// <summary>Runs the framework's convention.</summary>
    /// <param name="c">The case.</param>
    /// <param name="gradient">The gradient.</param>
    /// <returns>The value, or the values in order.</returns>
    /// <exception cref="ArgumentException">The arguments are refused.</exception>
    public static double[] Compute(RefereeCase c, out double[] gradient)
    {
        float[] singles = Array.ConvertAll(c.Input, x => (float)x);
        float[] singleGradient = [.. Enumerable.Repeat(7f, singles.Length)];
        gradient = [.. Enumerable.Repeat(7.0, singles.Length)];
        Scores scores = c.IsSingle ? (Scores)Tensor.Create(singles, c.Lengths) : Tensor.Create(c.Input, c.Lengths);
        Gradient destination = c.IsSingle
            ? (Gradient)new TensorSpan<float>(singleGradient, c.Lengths)
            : new TensorSpan<double>(gradient, c.Lengths);
        if (c.IsUnreduced)
        {
            destination = destination.WithUpstream(c.Upstream);
        }

        ConventionLoss loss = c.Function switch
        {
            "cross_entropy" => Conventions.Torch.CrossEntropy(
                scores, TargetsOf(c), WeightOf(c), c.IgnoreIndex, ReductionOf(c), c.LabelSmoothing, destination),
            "nll_loss" => Conventions.Torch.NllLoss(scores, TargetsOf(c), WeightOf(c), c.IgnoreIndex, ReductionOf(c), destination),
            "softmaxCrossEntropy" => Conventions.TensorFlowJs.SoftmaxCrossEntropy(
                TargetsOf(c), scores, BroadcastWeightOf(c), c.LabelSmoothing, TensorFlowJsReductionOf(c), destination),
            _ => throw new NotSupportedException($"{c.Function} is not a function of the referee"),
        };
        if (c.IsSingle)
        {
            gradient = Array.ConvertAll(singleGradient, g => (double)g);
        }

        if (loss.Values is null)
        {
            return [loss.Value];
        }

        double[] values = new double[loss.Values.FlattenedLength];
        loss.Values.FlattenTo(values);
        return values;
    }

    /// <summary>A row of classes alone has one position, which PyTorch gives no axis.</summary>
    private static Targets TargetsOf(RefereeCase c)
    {
        if (c.Ids is null)
        {
            return c.IsSingle
                ? (Targets)Tensor.Create(Array.ConvertAll(c.Probabilities!, p => (float)p), c.Lengths)
                : Tensor.Create(c.Probabilities!, c.Lengths);
        }

        nint[] positions = c.Shape.Length == 1 ? [1] : [c.Lengths[0], .. c.Lengths[2..]];
        return Tensor.Create(c.Ids, positions);
    }

    private static ClassWeights? WeightOf(RefereeCase c) => c.Weight is null ? null : ClassWeights.From(c.Weight);

    private static SampleWeights? BroadcastWeightOf(RefereeCase c) => c.Weight is null ? null
        : c.WeightShape!.Length == 0 ? c.Weight[0]
        : Tensor.Create(c.Weight, Array.ConvertAll(c.WeightShape, length => (nint)length));

    private static TorchReduction ReductionOf(RefereeCase c) => Enum.Parse<TorchReduction>(c.Reduction, ignoreCase: true);

    private static TensorFlowJsReduction TensorFlowJsReductionOf(RefereeCase c)
        => Enum.Parse<TensorFlowJsReduction>(c.Reduction.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
