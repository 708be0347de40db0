using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers on the rows of Liger-Kernel's test/transformers/test_cross_entropy.py, and laws of its z-loss.</summary>
public sealed class LigerTests
{
    private const double Lambda = 1e-4;
    private static readonly double[] Values = [2, 0.5, -1, 0.1, 1.5, 0.3, 0.7, -0.2, 0.9];
    private static readonly Tensor<double> Input = Doubles([3, 3], Values);
    private static readonly Tensor<int> Target = Ids([3], 0, 1, 2);
    private static readonly ClassWeights Weight = ClassWeights.From([0.5, 1.0, 2]);

    [Fact]
    public void Rows_HaveTheirLosses()
    {
        double[] gradient = new double[9];
        ConventionLoss mean = Conventions.Liger.CrossEntropy(Input, Target, gradient: new TensorSpan<double>(gradient, [3, 3]));
        Equal(0.4814509228, mean, 1e-10);
        Assert.Equal(1, mean.Sum.Accuracy);
        Equal(
            [0.2413112967, 0.4368288667, 0.7662126051],
            Conventions.Liger.CrossEntropy(Input, Target, reduction: TorchReduction.None),
            1e-10,
            3);
        double[] expected =
        [
            -0.07146766, 0.05843013, 0.01303752, 0.05310729, -0.11797267, 0.06486539, 0.1268405, 0.0515695, -0.17841,
        ];
        Equal(expected, gradient, 5e-8);
    }

    [Fact]
    public void Options_HaveTheirLosses()
    {
        Equal(0.5747842562, Conventions.Liger.CrossEntropy(Input, Target, labelSmoothing: 0.1), 1e-10);
        Equal(0.5971170644, Conventions.Liger.CrossEntropy(Input, Target, Weight), 1e-10);
        Equal(0.6979314026, Conventions.Liger.CrossEntropy(Input, Target, Weight, labelSmoothing: 0.1), 1e-10);
        Equal(0.6988478228, Conventions.Liger.CrossEntropy(Input, Target, softcap: 1), 1e-10);
        Equal(
            0.4814509228 + 3.850348944e-4,
            Conventions.Liger.CrossEntropy(Input, Target, lseSquareScale: Lambda),
            1e-10);
        Assert.Equal(
            0.4663112967 + 0.5668288667 + 0.8312126051,
            Conventions.Fairseq.LabelSmoothedCrossEntropy(
                Doubles([1, 3, 3], Values), Ids([1, 3], 0, 1, 2), 0.1, paddingIdx: -1).Value,
            1e-9);
    }

    /// <summary>With class weights the z-loss is divided by the number of valid targets, not by their class weights.</summary>
    [Theory]
    [InlineData(TorchReduction.Mean)]
    [InlineData(TorchReduction.Sum)]
    [InlineData(TorchReduction.None)]
    public void ZLoss_IsNotWeighted(TorchReduction reduction)
    {
        Tensor<int> target = Ids([3], 0, -100, 2);
        ConventionLoss Loss(double scale) => Conventions.Liger.CrossEntropy(Input, target, Weight, -100, scale, 0.1, reduction);
        double[] squares = [2.2413112967 * 2.2413112967, 0, 1.6662126051 * 1.6662126051];
        if (reduction == TorchReduction.None)
        {
            double[] plain = ToArray(Loss(0).Values!);
            Equal([.. plain.Zip(squares, (loss, square) => loss + (Lambda * square))], Loss(Lambda), 1e-10, 3);
            return;
        }

        double zLoss = Lambda * squares.Sum() / (reduction == TorchReduction.Mean ? 2 : 1);
        Equal(Loss(0).Value + zLoss, Loss(Lambda), 1e-10);
    }

    /// <summary>test/cutedsl/test_cross_entropy.py, test_ce_all_ignored_matches_triton; class weights of 0 likewise.</summary>
    [Fact]
    public void NothingCounted_IsZero()
    {
        double[] gradient = [.. Enumerable.Repeat(7.0, 9)];
        Equal(
            0,
            Conventions.Liger.CrossEntropy(
                Input, Ids([3], -123, -123, -123), Weight, -123, Lambda, 0.1, gradient: new TensorSpan<double>(gradient, [3, 3])),
            0);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void GradientMayOverwriteTheInput()
    {
        double[] expected = new double[9];
        double[] values = [.. Values];
        Conventions.Liger.CrossEntropy(Input, Target, lseSquareScale: 0.1, gradient: new TensorSpan<double>(expected, [3, 3]));
        Conventions.Liger.CrossEntropy(
            new TensorSpan<double>(values, [3, 3]), Target, lseSquareScale: 0.1, gradient: new TensorSpan<double>(values, [3, 3]));
        Equal(expected, values, 0);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Assert.Throws<LossInputException>(() => Conventions.Liger.CrossEntropy(Full([1, 3, 3], 0), Target));
        Assert.Throws<LossInputException>(() => Conventions.Liger.CrossEntropy(Input, Ids([3], 0, 1, 3), Weight));
        Assert.Throws<LossInputException>(() => Conventions.Liger.CrossEntropy(Input, Ids([3], 0, 1, -1), Weight));
        Assert.Throws<LossOptionException>(() => Conventions.Liger.CrossEntropy(Input, Full([3, 3], 0.3)));
        Assert.Throws<LossOptionException>(() => Conventions.Liger.CrossEntropy(Input, Target, labelSmoothing: 1.5));
        Assert.Throws<LossOptionException>(() => Conventions.Liger.CrossEntropy(Input, Target, softcap: 0));
        Assert.Throws<LossOptionException>(() => Conventions.Liger.CrossEntropy(Input, Target, lseSquareScale: -1));
        Assert.ThrowsAny<ArgumentException>(() => Conventions.Liger.CrossEntropy(Input, Target, ClassWeights.From([1.0, 2])));
    }
}
