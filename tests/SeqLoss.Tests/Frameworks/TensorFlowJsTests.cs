using System;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers printed by TensorFlow.js 4.22; eng/referee compares drawn cases with it.</summary>
public sealed class TensorFlowJsTests
{
    private static readonly Tensor<double> Labels = Doubles([2, 3], 1, 0, 0, 0, 1, 0);
    private static readonly Tensor<double> Logits = Doubles([2, 3], 1, 2, 3, 0.5, 0, 1);
    private static readonly double[] Losses = [2.307605982, 1.630269766];

    [Fact]
    public void Reductions_HaveTheirLosses()
    {
        Tensor<double> weights = Doubles([2], 2, 0.5);
        Equal(Losses, Loss(null, TensorFlowJsReduction.None), 5e-7, 2);
        Equal([4.615211964, 0.815134883], Loss(weights, TensorFlowJsReduction.None), 5e-7, 2);
        Equal(1.968937874, Loss(null, TensorFlowJsReduction.Mean), 5e-7);
        Equal(2.172138691, Loss(weights, TensorFlowJsReduction.Mean), 5e-7);
        Equal(1.968937874, Loss(2, TensorFlowJsReduction.Mean), 5e-7);
        Equal(5.430346965, Loss(weights, TensorFlowJsReduction.Sum), 5e-7);
        Equal(1.968937874, Loss(null, TensorFlowJsReduction.SumByNonzeroWeights), 5e-7);
        Equal(2.715173483, Loss(weights, TensorFlowJsReduction.SumByNonzeroWeights), 5e-7);
        Equal(3.937875747, Loss(2, TensorFlowJsReduction.SumByNonzeroWeights), 5e-7);
        Equal(3.260539532, Loss(Doubles([2], 0, 2), TensorFlowJsReduction.SumByNonzeroWeights), 5e-7);
        Equal(1.630269766, Loss(Doubles([2], 0, 2), TensorFlowJsReduction.Mean), 5e-7);
    }

    [Fact]
    public void NothingCounted_HasMeansNaN()
    {
        Equal(double.NaN, Loss(0, TensorFlowJsReduction.Mean), 0);
        Equal(double.NaN, Loss(0, TensorFlowJsReduction.SumByNonzeroWeights), 0);
        Equal(0, Loss(0, TensorFlowJsReduction.Sum), 0);
        Equal([0, 0], Loss(Full([2], 0), TensorFlowJsReduction.None), 0, 2);
    }

    [Fact]
    public void GradientTakesLabelsToSumToOne()
    {
        double[] gradient = new double[3];
        Conventions.TensorFlowJs.SoftmaxCrossEntropy(
            Doubles([1, 3], 0.5, 2, 0), Doubles([1, 3], 0, 0, 0), gradient: new TensorSpan<double>(gradient, [1, 3]));
        Equal([(1 / 3.0) - 0.5, (1 / 3.0) - 2, 1 / 3.0], gradient, 1e-15);
    }

    /// <summary>Weights broadcast as in NumPy, and are not squeezed as in Keras: [B, 1] against losses [B] would make [B, B].</summary>
    [Fact]
    public void OtherInputs_AreRefused()
    {
        Assert.Throws<LossInputException>(() => Loss(Doubles([2, 1], 1, 2), TensorFlowJsReduction.Sum));
        Assert.Throws<LossInputException>(() => Loss(Full([3], 1), TensorFlowJsReduction.Sum));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlowJs.SoftmaxCrossEntropy(Ids([2], 0, 1), Logits));
        Assert.Throws<LossInputException>(() => Conventions.TensorFlowJs.SoftmaxCrossEntropy(Full([3, 2], 1), Logits));
        Assert.Throws<LossOptionException>(() => Conventions.TensorFlowJs.SoftmaxCrossEntropy(Labels, Logits, labelSmoothing: 2));
        Tensor<double> deep = Full([2, 4, 3], 1);
        LossOptionException refused = Assert.Throws<LossOptionException>(
            () => Conventions.TensorFlowJs.SoftmaxCrossEntropy(deep, deep, labelSmoothing: 0.1));
        Assert.Contains("axis 1", refused.Message, StringComparison.Ordinal);
        Equal(Math.Log(3) * 3, Conventions.TensorFlowJs.SoftmaxCrossEntropy(deep, deep), 1e-12);
    }

    private static ConventionLoss Loss(SampleWeights? weights, TensorFlowJsReduction reduction)
        => Conventions.TensorFlowJs.SoftmaxCrossEntropy(Labels, Logits, weights, 0.1, reduction);
}
