using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers of Keras 3's own tests: keras/src/losses/losses_test.py, loss_test.py and ops/nn_test.py.</summary>
public sealed class KerasTests
{
    private static readonly Tensor<double> Logits = Doubles([3, 3], 8, 1, 1, 0, 9, 1, 2, 3, 5);
    private static readonly Tensor<double> Probabilities = Doubles([3, 3], 0.9, 0.05, 0.05, 0.5, 0.89, 0.6, 0.05, 0.01, 0.94);
    private static readonly Tensor<int> Classes = Ids([3], 0, 1, 2);
    private static readonly Tensor<double> OneHot = Doubles([3, 3], 1, 0, 0, 0, 1, 0, 0, 0, 1);
    private static readonly Tensor<double> RowWeights = Doubles([3], 1.2, 3.4, 5.6);

    private static readonly Tensor<double> Truth = Doubles([2, 3], 1, 9, 2, -5, -2, 6);
    private static readonly Tensor<double> Predictions = Doubles([2, 3], 4, 8, 12, 8, 1, 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Logits_HaveTheirLosses(bool isSparse)
    {
        ConventionLoss Loss(SampleWeights? weights, KerasReduction reduction = KerasReduction.SumOverBatchSize) => isSparse
            ? Conventions.Keras.SparseCategoricalCrossentropy(
                Classes, Logits, fromLogits: true, sampleWeight: weights, reduction: reduction)
            : Conventions.Keras.CategoricalCrossentropy(OneHot, Logits, fromLogits: true, sampleWeight: weights, reduction: reduction);
        double[] rows = [0.0018221029, 0.0004587672, 0.1698460196];
        Equal(rows, Loss(null, KerasReduction.None), 1e-10, 3);
        Equal(0.0573756299, Loss(null), 1e-10);
        Equal(0.1319639, Loss(2.3), 1e-7);
        Equal(0.31829, Loss(RowWeights), 5e-6);
        Equal(rows.Sum(), Loss(null, KerasReduction.Sum), 1e-9);
        Equal(((1.2 * rows[0]) + (3.4 * rows[1]) + (5.6 * rows[2])) / 10.2, Loss(RowWeights, KerasReduction.MeanWithSampleWeight), 1e-10);
        Assert.Equal(3, Loss(RowWeights).Divisor);
        Assert.Equal(10.2, Loss(RowWeights, KerasReduction.MeanWithSampleWeight).Divisor, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Probabilities_AreRenormalised(bool isSparse)
    {
        ConventionLoss Loss(SampleWeights? weights) => isSparse
            ? Conventions.Keras.SparseCategoricalCrossentropy(Classes, Probabilities, sampleWeight: weights)
            : Conventions.Keras.CategoricalCrossentropy(OneHot, Probabilities, sampleWeight: weights);
        Equal(0.3239681, Loss(null), 1e-7);
        Equal(0.7451267, Loss(2.3), 1e-7);
        Equal(1.0696, Loss(RowWeights), 5e-5);
    }

    /// <summary>The doc of CategoricalCrossentropy: .814 with weights, 2.354 as a sum.</summary>
    [Fact]
    public void Documentation_HasItsNumbers()
    {
        ConventionLoss Loss(SampleWeights? weights, KerasReduction reduction) => Conventions.Keras.SparseCategoricalCrossentropy(
            Ids([2], 1, 2), Doubles([2, 3], 0.05, 0.95, 0, 0.1, 0.8, 0.1), sampleWeight: weights, reduction: reduction);
        Equal(1.176939, Loss(null, KerasReduction.SumOverBatchSize), 1e-6);
        Equal(0.814, Loss(Doubles([2], 0.3, 0.7), KerasReduction.SumOverBatchSize), 5e-4);
        Equal(2.354, Loss(null, KerasReduction.Sum), 5e-4);
        Equal([0.0513, 2.303], Loss(null, KerasReduction.None), 5e-4, 2);
    }

    [Fact]
    public void Smoothing_IsOverAllClasses()
        => Equal(
            400 * 0.1 / 3,
            Conventions.Keras.CategoricalCrossentropy(
                Doubles([1, 3], 1, 0, 0), Doubles([1, 3], 100, -100, -100), fromLogits: true, labelSmoothing: 0.1),
            1e-9);

    /// <summary>The metric's numbers are weighted means: mean_with_sample_weight of the loss.</summary>
    [Fact]
    public void MeanWithSampleWeight_IsTheMetric()
    {
        ConventionLoss Loss(SampleWeights? weights, double smoothing = 0) => Conventions.Keras.CategoricalCrossentropy(
            Doubles([2, 3], 0, 1, 0, 0, 0, 1),
            Doubles([2, 3], 1, 9, 0, 1, 8, 1),
            fromLogits: true,
            labelSmoothing: smoothing,
            sampleWeight: weights,
            reduction: KerasReduction.MeanWithSampleWeight);
        Equal(3.5011, Loss(null), 5e-5);
        Equal(4.0012, Loss(Doubles([2], 1.5, 2)), 5e-5);
        Equal(3.667, Loss(null, 0.1), 1e-3);
        Tensor<double> probabilities = Doubles([3, 3], 0.8, 0.1, 0.1, 0.05, 0.95, 0, 0.1, 0.8, 0.1);
        Equal(
            1.33774646,
            Conventions.Keras.SparseCategoricalCrossentropy(
                Classes,
                probabilities,
                ignoreClass: 0,
                sampleWeight: Doubles([3], 0.5, 1.5, 2),
                reduction: KerasReduction.MeanWithSampleWeight),
            1e-6);
    }

    [Fact]
    public void IgnoreClass_NeedNotBeAClass()
    {
        double[] gradient = new double[6];
        ConventionLoss Loss(KerasReduction reduction, Gradient gradient = default) => Conventions.Keras.SparseCategoricalCrossentropy(
            Ids([1, 2], -1, 2),
            Doubles([1, 2, 3], 0.854, 0.698, 0.598, 0.088, 0.86, 0.018),
            fromLogits: true,
            ignoreClass: -1,
            reduction: reduction,
            gradient: gradient);
        Equal([0, 1.480129], Loss(KerasReduction.None), 1e-6, 1, 2);
        Equal(1.480129, Loss(KerasReduction.SumOverBatchSize, new TensorSpan<double>(gradient, [1, 2, 3])), 1e-6);
        Assert.All(gradient.Take(3), g => Assert.Equal(0, g));
        Assert.All(gradient.Skip(3), g => Assert.NotEqual(0, g));
    }

    [Fact]
    public void TrailingAxisOfIds_IsDropped()
        => Equal(0.0573756299, Conventions.Keras.SparseCategoricalCrossentropy(Ids([3, 1], 0, 1, 2), Logits, fromLogits: true), 1e-10);

    [Fact]
    public void DenseTargets_GoAlongEitherAxis()
    {
        Tensor<double> target = Doubles([2, 3], 0.33008796, 0.0391289, 0.9503603, 0.80376694, 0.92363342, 0.19147756);
        Tensor<double> output = Doubles([2, 3], 0.23446431, 0.35822914, 0.06683268, 0.3413979, 0.05420256, 0.81619654);
        Tensor<double> signed = Doubles([2, 3], 1.23446431, -0.35822914, 1.06683268, 0.3413979, -0.05420256, 0.81619654);
        ConventionLoss Loss(Tensor<double> output, bool fromLogits, int axis = -1) => Conventions.Keras.CategoricalCrossentropy(
            target, output, fromLogits, axis: axis, reduction: KerasReduction.None);
        Equal([2.54095299, 3.96374412], Loss(output, false), 1e-7, 2);
        Equal([0.71683073, 1.87988172, 2.46810762], Loss(output, false, 0), 1e-7, 3);
        Equal([1.59419954, 2.49880593], Loss(output, true), 1e-7, 2);
        Equal([1.16825923, 2.55436813], Loss(signed, true), 1e-7, 2);
    }

    [Fact]
    public void MeanSquaredError_HasItsLosses()
    {
        ConventionLoss Loss(SampleWeights? weights, KerasReduction reduction = KerasReduction.SumOverBatchSize)
            => Conventions.Keras.MeanSquaredError(Truth, Predictions, weights, reduction: reduction);
        Equal(49.5, Loss(null), 1e-12);
        Equal(113.85, Loss(2.3), 1e-12);
        Equal(767.8 / 6, Loss(Doubles([2, 1], 1.2, 3.4)), 1e-12);
        Equal([84.3333, 143.3666], Loss(2.3, KerasReduction.None), 1e-4, 2);
        Equal(227.69998, Loss(2.3, KerasReduction.Sum), 3e-5);
        Equal(55.6376812, Loss(Doubles([2, 1], 1.2, 3.4), KerasReduction.MeanWithSampleWeight), 5e-8);
        Equal(0, Loss(0), 0);
        Tensor<double> steps = Doubles([2, 3, 1], ToArray(Truth));
        Tensor<double> predictedSteps = Doubles([2, 3, 1], ToArray(Predictions));
        Equal(97.833336, Conventions.Keras.MeanSquaredError(steps, predictedSteps, Doubles([2, 3], 3, 6, 5, 0, 4, 2)), 5e-6);
    }

    /// <summary>From the formulas: |d| and Huber of d = 3, −1, 10, 13, 3, −3.</summary>
    [Fact]
    public void OtherErrors_AreMeansOfTheLastAxis()
    {
        Equal(5.5, Conventions.Keras.MeanAbsoluteError(Truth, Predictions), 1e-12);
        Equal([14 / 3.0, 19 / 3.0], Conventions.Keras.MeanAbsoluteError(Truth, Predictions, reduction: KerasReduction.None), 1e-12, 2);
        Equal((2.5 + 0.5 + 9.5 + 12.5 + 2.5 + 2.5) / 6, Conventions.Keras.Huber(Truth, Predictions), 1e-12);
        Equal(((2 * 2) + 0.5 + (2 * 9) + (2 * 12) + (2 * 2) + (2 * 2)) / 6, Conventions.Keras.Huber(Truth, Predictions, 2), 1e-12);
    }

    /// <summary>loss_test.py, ExampleLoss: the mask divides, the weights do not.</summary>
    [Fact]
    public void Mask_CountsWhereWeightsDoNot()
    {
        Tensor<double> yTrue = Doubles([4, 1], 1, 0, 1, 0);
        Tensor<double> yPred = Doubles([4, 1], 0.1, 0.2, 0.3, 0.4);
        Tensor<double> weights = Doubles([4], 0.4, 0.3, 0.2, 0.1);
        ConventionLoss Loss(SampleWeights? weights, SampleWeights mask) => Conventions.Keras.MeanSquaredError(yTrue, yPred, weights, mask);
        Tensor<bool> mask = Tensor.Create([true, false, true, true], [4]);
        Equal((0.81 + 0.49 + 0.16) / 3, Loss(null, mask), 1e-12);
        Equal(0.146, Loss(weights, mask), 1e-12);
        Equal(0, Loss(null, Tensor.Create(new bool[4], [4])), 0);
        Equal(0, Loss(0, mask), 0);
        Equal(0.146, Loss(Doubles([4, 1], 0.4, 0.3, 0.2, 0.1), Doubles([4, 1], 1, 0, 1, 1)), 1e-12);
    }

    [Fact]
    public void KLDivergence_HasItsLosses()
    {
        Tensor<double> yTrue = Doubles([2, 3], 0.5, 0.8, 0.12, 0.7, 0.43, 0.8);
        Tensor<double> yPred = Doubles([2, 3], 0.4, 0.9, 0.12, 0.36, 0.3, 0.4);
        ConventionLoss Loss(SampleWeights? weights) => Conventions.Keras.KLDivergence(yTrue, yPred, weights);
        double[] rows = [.. Enumerable.Range(0, 2).Select(
            row => Enumerable.Range(0, 3).Sum(v => yTrue[row, v] * Math.Log(yTrue[row, v] / yPred[row, v])))];
        Equal(rows.Average(), Loss(null), 1e-12);
        Equal(2.3 * rows.Average(), Loss(2.3), 1e-12);
        Equal(((1.2 * rows[0]) + (3.4 * rows[1])) / 2, Loss(Doubles([2, 1], 1.2, 3.4)), 1e-12);
        Equal(0, Loss(0), 0);
        Equal(0, Conventions.Keras.KLDivergence(yPred, yPred), 1e-15);

        // A class of probability 0 on both sides is 1e-7·ln(1e-7/1e-7) = 0; a predicted 0 costs ln 1e7 at most.
        Tensor<double> certain = Doubles([1, 2], 1, 0);
        Equal(0, Conventions.Keras.KLDivergence(certain, certain), 1e-15);
        double wrong = -Math.Log(1e-7) + (1e-7 * Math.Log(1e-7));
        Equal(wrong, Conventions.Keras.KLDivergence(certain, Doubles([1, 2], 0, 1)), 1e-9);
    }

    /// <summary>[B] runs along T, which works only where B = T: Keras' own trap.</summary>
    [Fact]
    public void Weights_BroadcastAsInNumPy()
    {
        double[] losses = Losses(2, 3, 1);
        double[] Weighted(SampleWeights weights) => Losses(2, 3, weights);
        Equal([.. losses.Select(loss => 2 * loss)], Weighted(2), 1e-12);
        Equal([.. losses.Select((loss, i) => loss * (i < 3 ? 2 : 5))], Weighted(Doubles([2, 1], 2, 5)), 1e-12);
        Equal([.. losses.Select((loss, i) => loss * (i + 1))], Weighted(Doubles([2, 3], 1, 2, 3, 4, 5, 6)), 1e-12);
        Equal([.. losses.Select((loss, i) => loss * (i + 1))], Weighted(Doubles([2, 3, 1], 1, 2, 3, 4, 5, 6)), 1e-12);
        Equal([.. losses.Select((loss, i) => loss * (i % 3))], Weighted(Doubles([3], 0, 1, 2)), 1e-12);
        LossInputException refused = Assert.Throws<LossInputException>(() => Weighted(Doubles([2], 1, 2)));
        Assert.Contains("trailing axis", refused.Message, StringComparison.Ordinal);
        double[] square = Losses(3, 3, 1);
        Equal([.. square.Select((loss, i) => loss * (i % 3))], Losses(3, 3, Doubles([3], 0, 1, 2)), 1e-12);
    }

    [Theory]
    [InlineData(KerasReduction.SumOverBatchSize)]
    [InlineData(KerasReduction.Mean)]
    [InlineData(KerasReduction.MeanWithSampleWeight)]
    [InlineData(KerasReduction.Sum)]
    public void NothingCounted_IsZero(KerasReduction reduction)
    {
        double[] gradient = [.. Enumerable.Repeat(7.0, 9)];
        Equal(0, Conventions.Keras.SparseCategoricalCrossentropy(Classes, Logits, true, sampleWeight: 0, reduction: reduction), 0);
        ConventionLoss masked = Conventions.Keras.SparseCategoricalCrossentropy(
            Classes, Logits, true, mask: 0, reduction: reduction, gradient: new TensorSpan<double>(gradient, [3, 3]));
        Equal(0, masked, 0);
        Assert.All(gradient, g => Assert.Equal(0, g));
        ConventionLoss ignored = Conventions.Keras.SparseCategoricalCrossentropy(
            Ids([3], 1, 1, 1), Logits, true, ignoreClass: 1, reduction: reduction);
        Equal(0, ignored, 0);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Assert.Throws<LossInputException>(() => Conventions.Keras.CategoricalCrossentropy(Doubles([3], 1, 0, 0), Logits));
        Assert.Throws<LossInputException>(() => Conventions.Keras.CategoricalCrossentropy(Classes, Logits));
        Assert.Throws<LossOptionException>(() => Conventions.Keras.SparseCategoricalCrossentropy(OneHot, Logits));
        Assert.Throws<LossInputException>(() => Conventions.Keras.SparseCategoricalCrossentropy(Ids([3], 0, 3, 0), Logits));
        Assert.Throws<LossInputException>(() => Conventions.Keras.SparseCategoricalCrossentropy(Ids([3], 0, -1, 0), Logits));
        Assert.Throws<LossOptionException>(() => Conventions.Keras.CategoricalCrossentropy(OneHot, Logits, labelSmoothing: 1.1));
        Assert.Throws<LossOptionException>(() => Conventions.Keras.CategoricalCrossentropy(OneHot, Logits, axis: 2));
        Assert.Throws<LossInputException>(() => Conventions.Keras.MeanSquaredError(Full([3, 2], 1), Predictions));
        Assert.Throws<LossOptionException>(() => Conventions.Keras.Huber(Truth, Predictions, 0));
    }

    /// <summary>Keras' mean_with_sample_weight divides by the sum of the weights as they are given, not as they are broadcast.</summary>
    [Fact]
    public void MeanWithSampleWeight_DividesByTheWeightsAsGiven()
    {
        double[] losses = Losses(2, 3, 1.0);
        (SampleWeights Weights, double[] Spread, double Divisor)[] cases =
        [
            (2.0, [2, 2, 2, 2, 2, 2], 2),
            (Doubles([2, 1], 2, 0.5), [2, 2, 2, 0.5, 0.5, 0.5], 2.5),
            (Doubles([3], 1, 2, 3), [1, 2, 3, 1, 2, 3], 6),
            (Doubles([2, 3], 1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6], 21),
        ];
        double[] logits = Draw(5, 24, -2, 2);
        int[] ids = [.. Enumerable.Range(0, 6).Select(i => i % 4)];
        foreach ((SampleWeights weights, double[] spread, double divisor) in cases)
        {
            double[] gradient = new double[24], ofSum = new double[24];
            ConventionLoss loss = Conventions.Keras.SparseCategoricalCrossentropy(
                Ids([2, 3], ids),
                Doubles([2, 3, 4], logits),
                fromLogits: true,
                sampleWeight: weights,
                reduction: KerasReduction.MeanWithSampleWeight,
                gradient: Tensor.Create(gradient, [2, 3, 4]));
            ConventionLoss sum = Conventions.Keras.SparseCategoricalCrossentropy(
                Ids([2, 3], ids),
                Doubles([2, 3, 4], logits),
                fromLogits: true,
                sampleWeight: weights,
                reduction: KerasReduction.Sum,
                gradient: Tensor.Create(ofSum, [2, 3, 4]));
            Assert.Equal(losses.Zip(spread, (l, w) => l * w).Sum() / divisor, loss.Value, 1e-12);
            Assert.Equal(divisor, loss.Divisor, 1e-12);
            Assert.Equal(sum.Sum.Sum, loss.Sum.Sum, 1e-12);
            Assert.All(gradient.Zip(ofSum), pair => Assert.Equal(pair.Second / divisor, pair.First, 1e-12));
        }

        // A mask [B, 1] leaves one weight of two.
        double masked = Conventions.Keras.SparseCategoricalCrossentropy(
            Ids([2, 3], ids),
            Doubles([2, 3, 4], logits),
            fromLogits: true,
            mask: Doubles([2, 1], 1, 0),
            reduction: KerasReduction.MeanWithSampleWeight);
        Assert.Equal(losses.Take(3).Sum(), masked, 1e-12);
    }

    /// <summary>Ranks that differ by a trailing 1: the higher one beside rank 1, the lower one otherwise.</summary>
    [Fact]
    public void Regressions_AdjustRanksAsKeras()
    {
        double[] truth = Draw(1, 6, -1, 1), predicted = Draw(2, 6, -1, 1);
        double[] squares = [.. truth.Zip(predicted, (y, p) => (y - p) * (y - p))];
        Tensor<double> each = Conventions.Keras.MeanSquaredError(
            Doubles([6, 1], truth), Doubles([6], predicted), reduction: KerasReduction.None).Values!;
        Assert.Equal([6], each.Lengths.ToArray());
        Assert.Equal(squares, ToArray(each));
        double sum = Conventions.Keras.MeanSquaredError(
            Doubles([2, 3], truth), Doubles([2, 3, 1], predicted), reduction: KerasReduction.Sum);
        Assert.Equal(squares.Sum() / 3, sum, 1e-12);
    }

    private static double[] Losses(int batch, int time, SampleWeights weights)
    {
        double[] logits = Draw(5, batch * time * 4, -2, 2);
        int[] ids = [.. Enumerable.Range(0, batch * time).Select(i => i % 4)];
        return ToArray(Conventions.Keras.SparseCategoricalCrossentropy(
            Ids([batch, time], ids),
            Doubles([batch, time, 4], logits),
            fromLogits: true,
            sampleWeight: weights,
            reduction: KerasReduction.None).Values!);
    }
}
