using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers of optax' own tests and documentation: optax/losses/_classification_test.py and _regression_test.py.</summary>
public sealed class OptaxTests
{
    [Fact]
    public void CrossEntropies_HaveTheirLosses()
    {
        Tensor<double> logits = Doubles([2, 3], 10, 1, -2, 1, 4, 0.2);
        double[] expected = [9.00013, 3.0696733];
        Equal(expected, Conventions.Optax.SoftmaxCrossEntropy(logits, Doubles([2, 3], 0, 1, 0, 1, 0, 0)), 5e-6, 2);
        Equal(expected, Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([2], 1, 0)), 5e-6, 2);
        Tensor<double> documented = Doubles([2, 3], 1.2, -0.8, -0.5, 0.9, -1.2, 1.1);
        Equal([0.2761, 2.9518], Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(documented, Ids([2], 0, 1)), 5e-5, 2);
        Tensor<double> transposed = Doubles([3, 2], 1.2, 0.9, -0.8, -1.2, -0.5, 1.1);
        Equal([0.2761, 2.9518], Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(transposed, Ids([2], 0, 1), axis: 0), 5e-5, 2);
    }

    [Fact]
    public void ImpossibleClasses_CostNothingWithoutMass()
    {
        const double Never = double.NegativeInfinity;
        double[] gradient = new double[3];
        Equal(
            [0.693147],
            Conventions.Optax.SoftmaxCrossEntropy(
                Doubles([1, 3], Never, 0, 0), Doubles([1, 3], 0, 0.5, 0.5), gradient: new TensorSpan<double>(gradient, [1, 3])),
            5e-7);
        Equal([0, 0, 0], gradient, 1e-15);
        Equal(
            [double.PositiveInfinity],
            Conventions.Optax.SoftmaxCrossEntropy(Doubles([1, 3], Never, 0, 0), Doubles([1, 3], 0.4, 0.3, 0.3)),
            0);
        Equal([0], Conventions.Optax.SoftmaxCrossEntropy(Doubles([1, 3], Never, 0, Never), Doubles([1, 3], 0, 1, 0)), 0);
    }

    /// <summary>The docstring's twelve classes in two axes; labels are flat ids.</summary>
    [Fact]
    public void ClassesMayHaveTwoAxes()
    {
        Tensor<double> logits = Doubles([1, 2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (double)i)]);
        Equal([6.4587, 0.4587], Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([1, 2], 5, 11), [2, 3]), 5e-5, 1, 2);
    }

    /// <summary>A class mask leaves classes out of the normaliser; rows without any cost nothing.</summary>
    [Fact]
    public void Where_LeavesClassesAndRowsOut()
    {
        Tensor<double> logits = Doubles([3, 3], 1, 2, 3, 0.5, -1, 2, 4, 5, 6);
        Tensor<double> labels = Doubles([3, 3], 1, 0, 0, 0, 1, 0, 0, 0, 1);
        Tensor<bool> classes = Tensor.Create([true, true, false, true, true, true, false, false, false], [3, 3]);
        double[] expected = [Math.Log(1 + Math.E), Math.Log(Math.Exp(0.5) + Math.Exp(-1) + Math.Exp(2)) + 1, 0];
        Equal(expected, Conventions.Optax.SoftmaxCrossEntropy(logits, labels, where: classes), 1e-12, 3);
        Equal(
            expected[..2],
            ToArray(Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([3], 0, 1, 2), where: classes).Values!)[..2],
            1e-12);
        Tensor<bool> rows = Tensor.Create([false, true, false], [3]);
        Equal([0, expected[1], 0], Conventions.Optax.SoftmaxCrossEntropy(logits, labels, where: rows), 1e-12, 3);
        Equal(
            [0, expected[1], 0],
            Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([3], 0, 1, 2), where: rows),
            1e-12,
            3);
    }

    [Fact]
    public void SmoothedLabels_HaveMassOnEveryClass()
    {
        Tensor<double> labels = Doubles([2, 4], 0, 1, 0, 0, 1, 0, 0, 0);
        double[] expected = [0.025, 0.925, 0.025, 0.025, 0.925, 0.025, 0.025, 0.025];
        Equal(expected, ToArray(Conventions.Optax.SmoothLabels(labels, 0.1)), 1e-12);
        Equal([.. Enumerable.Repeat(0.25, 8)], ToArray(Conventions.Optax.SmoothLabels(labels, 1)), 1e-12);
        Assert.Throws<LossOptionException>(() => Conventions.Optax.SmoothLabels(labels, 1.1));
        Assert.Throws<LossInputException>(() => Conventions.Optax.SmoothLabels(Ids([2], 0, 1), 0.1));
    }

    [Fact]
    public void KlDivergence_HasItsLosses()
    {
        Tensor<double> logPredictions = Doubles(
            [2, 6], -2.9957, -3.5066, -3.9120, -1.2040, -0.6931, -2.3026, -1.6094, -1.6094, -1.6094, -2.3026, -1.8971, -1.8971);
        Tensor<double> targets = Doubles([2, 6], 0.2, 0.2, 0.2, 0.1, 0.15, 0.15, 0.05, 0.03, 0.02, 0.3, 0.5, 0);
        Equal([0.8875577, 0.7592807], Conventions.Optax.KlDivergence(logPredictions, targets), 5e-7, 2);
    }

    [Fact]
    public void Errors_HaveTheirLosses()
    {
        Tensor<double> predictions = Doubles([4], -2, -1, 0.5, 1);
        Tensor<double> targets = Doubles([4], -1.5, 0, -1, 1);
        Equal([0.25, 1, 2.25, 0], Conventions.Optax.SquaredError(predictions, targets), 1e-15, 4);
        Equal([0.125, 0.5, 1.125, 0], Conventions.Optax.L2Loss(predictions, targets), 1e-15, 4);
        Equal(
            [1.5, 0.5, 0, 0.125, 0.5, 1.5, 131.2],
            Conventions.Optax.HuberLoss(Doubles([7], -2, 0.5, 0, 0.5, 2, 4, 132), Doubles([7], 0, -0.5, 0, 1, 1, 2, 0.3)),
            1e-12,
            7);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Tensor<double> logits = Full([2, 3], 0);
        Assert.Throws<LossInputException>(() => Conventions.Optax.SquaredError(Full([2, 1], 0), logits));
        Assert.Throws<LossInputException>(() => Conventions.Optax.SoftmaxCrossEntropy(logits, Ids([2], 0, 1)));
        Assert.Throws<LossOptionException>(() => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, logits));
        Assert.Throws<LossInputException>(() => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([2], 0, 3)));
        Assert.Throws<LossOptionException>(() => Conventions.Optax.SoftmaxCrossEntropyWithIntegerLabels(logits, Ids([2], 0, 1), axis: 2));
        Assert.Throws<LossInputException>(() => Conventions.Optax.SoftmaxCrossEntropy(logits, logits, where: Full([4], 1)));
    }
}
