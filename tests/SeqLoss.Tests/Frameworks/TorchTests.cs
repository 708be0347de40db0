using System;
using System.Linq;
using System.Numerics.Tensors;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Numbers of PyTorch's tests (test/test_nn.py) and issues; eng/referee compares drawn cases with PyTorch itself.</summary>
public sealed class TorchTests
{
    /// <summary>test_cross_entropy_label_smoothing_weight_ignore_indices: the ignored row changes nothing, whatever its id.</summary>
    [Theory]
    [InlineData(0.05, 0.338261687518223, 0.19310754985454712, 0.3218459164242452)]
    [InlineData(0.15, 0.38826168751822304, 0.20340862454177377, 0.3390143742362896)]
    public void SmoothingAndWeights_LeaveIgnoredRowsOut(double smoothing, double plain, double weighted, double weightedMean)
    {
        ClassWeights weight = ClassWeights.From([0.3, 0.6]);
        foreach ((int target, int ignored) in new[] { (-100, -100), (-2, -2), (2, 2) })
        {
            foreach (double other in new[] { 0.4, 0.6, double.NaN })
            {
                ConventionLoss Loss(ClassWeights? weight, TorchReduction reduction) => Conventions.Torch.CrossEntropy(
                    Doubles([2, 2], 0.3, other, 1, 2), Ids([2], target, 1), weight, ignored, reduction, smoothing);
                Equal([0, plain], Loss(null, TorchReduction.None), 1e-14, 2);
                Equal(plain, Loss(null, TorchReduction.Sum), 1e-14);
                Equal(plain, Loss(null, TorchReduction.Mean), 1e-14);
                Equal([0, weighted], Loss(weight, TorchReduction.None), 1e-14, 2);
                Equal(weighted, Loss(weight, TorchReduction.Sum), 1e-14);
                Equal(weightedMean, Loss(weight, TorchReduction.Mean), 1e-14);
            }
        }
    }

    /// <summary>test_nll_loss_all_ignored, _total_weight_is_zero and _empty_tensor_reduction.</summary>
    [Theory]
    [InlineData(2, 3)]
    [InlineData(2, 3, 5, 7)]
    [InlineData(2, 3, 5, 7, 9)]
    [InlineData(0, 3)]
    [InlineData(0, 3, 5, 7)]
    [InlineData(2, 3, 0, 7)]
    public void NothingCounted_HasMeanNaN(params int[] shape)
    {
        nint[] lengths = Array.ConvertAll(shape, length => (nint)length);
        nint[] positions = [lengths[0], .. lengths[2..]];
        double[] gradient = new double[shape.Aggregate((a, b) => a * b)];
        Array.Fill(gradient, 7);
        double[] zeros = new double[gradient.Length / 3];
        Tensor<double> input = Doubles(lengths, Draw(1, gradient.Length, -1, 1));
        foreach (bool areIgnored in new[] { true, false })
        {
            Tensor<int> target = Ids(positions, [.. zeros.Select(_ => areIgnored ? -100 : 1)]);
            ClassWeights? weight = areIgnored ? null : ClassWeights.From([1.0, 0, 1]);
            foreach (bool isNll in new[] { true, false })
            {
                ConventionLoss Loss(TorchReduction reduction, Gradient gradient = default) => isNll
                    ? Conventions.Torch.NllLoss(input, target, weight, reduction: reduction, gradient: gradient)
                    : Conventions.Torch.CrossEntropy(input, target, weight, reduction: reduction, gradient: gradient);
                Equal(double.NaN, Loss(TorchReduction.Mean, new TensorSpan<double>(gradient, lengths)), 0);
                Assert.All(gradient, g => Assert.Equal(0, g));
                Equal(0, Loss(TorchReduction.Sum), 0);
                Equal(zeros, Loss(TorchReduction.None), 0, positions);
            }
        }
    }

    /// <summary>Issue 20406: ignored positions are 0, not what the buffer held.</summary>
    [Fact]
    public void IgnoredPositions_AreZero()
    {
        double[] logProbs =
        [
            -0.7104, -0.6762, -0.7114, -0.6753, -0.6960, -0.6903, -0.6883, -0.6981, -0.6932, -0.6930,
            .. Enumerable.Repeat(new[] { -0.6973, -0.6890 }, 7).SelectMany(row => row),
        ];
        int[] ids = [1, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1];
        Equal(
            [0.6762, 0.7114, 0.6960, 0.6883, 0.6932, 0, 0, 0, 0, 0, 0, 0],
            Conventions.Torch.NllLoss(Doubles([12, 2], logProbs), Ids([12], ids), ignoreIndex: -1, reduction: TorchReduction.None),
            0,
            12);
    }

    /// <summary>Issue 72056: smoothing, class weights and a negative ignored id together.</summary>
    [Fact]
    public void SmoothingWeightsAndIgnoredIds_WorkTogether()
    {
        double[] input =
        [
            0.1735, 0.2191, -0.1377, 0.3467, -0.2162, 0.2021, -0.1177, 0.2157, -0.1232, 0.2620,
            -0.1578, 0.4038, -0.0209, 0.3298, -0.0639, 0.2317, -0.3914, 0.2106, -0.4211, 0.3420,
        ];
        Equal(
            1.2842268096161924,
            Conventions.Torch.CrossEntropy(
                Doubles([10, 2], input),
                Ids([10], 0, -1, 0, 0, 0, 0, 0, 0, -1, 0),
                ClassWeights.From([1.0, 16]),
                ignoreIndex: -1,
                labelSmoothing: 0.1),
            1e-14);
    }

    /// <summary>Issue 61309: with class weights the mean of ids and that of the same one-hot rows have different divisors.</summary>
    [Fact]
    public void WeightedMeans_OfIdsAndOfOneHotRowsDisagree()
    {
        Tensor<double> input = Doubles([2, 3], 0.5, -1, 2, 1, 0, -1);
        Tensor<double> oneHot = Doubles([2, 3], 0, 0, 1, 1, 0, 0);
        ClassWeights weight = ClassWeights.From([1.0, 2, 3]);
        ConventionLoss ids = Conventions.Torch.CrossEntropy(input, Ids([2], 2, 0), weight);
        ConventionLoss rows = Conventions.Torch.CrossEntropy(input, oneHot, weight);
        Equal(0.2828849636039629, ids, 1e-14);
        Equal(0.5657699272079258, rows, 1e-14);
        Assert.Equal((4, 2), (ids.Divisor, rows.Divisor));
        foreach (bool areIds in new[] { true, false })
        {
            ConventionLoss Sum() => areIds
                ? Conventions.Torch.CrossEntropy(input, Ids([2], 2, 0), weight, reduction: TorchReduction.Sum)
                : Conventions.Torch.CrossEntropy(input, oneHot, weight, reduction: TorchReduction.Sum);
            Equal(1.1315398544158517, Sum(), 1e-14);
        }
    }

    /// <summary>Smoothing of ids is smoothing of their one-hot rows; weights of one are none; 32-bit and 64-bit ids are one.</summary>
    [Fact]
    public void EquivalentArguments_GiveOneLoss()
    {
        double[] values = Draw(3, 24, -3, 3);
        int[] ids = [0, 2, 3, 1, 1, 2];
        double[] oneHot = new double[24];
        for (int i = 0; i < 6; i++)
        {
            oneHot[(12 * (i / 3)) + (3 * ids[i]) + (i % 3)] = 1;
        }

        Tensor<double> input = Doubles([2, 4, 3], values);
        foreach (TorchReduction reduction in Enum.GetValues<TorchReduction>())
        {
            ConventionLoss expected = Conventions.Torch.CrossEntropy(
                input, Ids([2, 3], ids), reduction: reduction, labelSmoothing: 0.2);
            ConventionLoss[] same =
            [
                Conventions.Torch.CrossEntropy(input, Doubles([2, 4, 3], oneHot), reduction: reduction, labelSmoothing: 0.2),
                Conventions.Torch.CrossEntropy(
                    input, Ids([2, 3], ids), ClassWeights.From([1.0, 1, 1, 1]), reduction: reduction, labelSmoothing: 0.2),
                Conventions.Torch.CrossEntropy(
                    input, Tensor.Create(Array.ConvertAll(ids, id => (long)id), [2, 3]), reduction: reduction, labelSmoothing: 0.2),
            ];
            foreach (ConventionLoss loss in same)
            {
                Assert.Equal(expected.Value, loss.Value, 1e-12);
                Equal(expected.Values is null ? [] : ToArray(expected.Values), loss.Values is null ? [] : ToArray(loss.Values), 1e-12);
            }
        }
    }

    [Fact]
    public void OneAxis_IsOfClasses()
    {
        Equal(
            1.6244379396,
            Conventions.Torch.CrossEntropy(
                Doubles([5], 2, 1, 0.5, -1, 0), Ids([1], 1), reduction: TorchReduction.None, labelSmoothing: 0.1),
            1e-10);
        Equal(1.5744379396, Conventions.Torch.CrossEntropy(Doubles([5], 2, 1, 0.5, -1, 0), Ids([1], 1)), 1e-10);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Tensor<double> input = Full([2, 3], 0);
        Tensor<int> target = Ids([2], 0, 1);
        Assert.Throws<LossOptionException>(() => Conventions.Torch.CrossEntropy(input, target, labelSmoothing: 1.2));
        Assert.Throws<LossOptionException>(() => Conventions.Torch.CrossEntropy(input, Full([2, 3], 0.3), ignoreIndex: 1));
        Assert.Throws<LossOptionException>(() => Conventions.Torch.NllLoss(input, Full([2, 3], 0.3)));
        Assert.ThrowsAny<ArgumentException>(() => Conventions.Torch.CrossEntropy(input, target, ClassWeights.From([1.0, 2])));
        Assert.Throws<LossInputException>(() => Conventions.Torch.CrossEntropy(input, Ids([3], 0, 1, 2)));
        Assert.Throws<LossInputException>(() => Conventions.Torch.CrossEntropy(input, Full([2, 4], 0.3)));
        Assert.Throws<LossInputException>(() => Conventions.Torch.CrossEntropy(input, Ids([2], 0, 3)));
        Assert.Throws<LossInputException>(() => Conventions.Torch.CrossEntropy(input, Ids([2], 0, -1)));
        Assert.Throws<LossInputException>(() => Conventions.Torch.CrossEntropy(Full([2, 3, 5], 0), Ids([2, 3], new int[6])));
        Assert.Throws<LossInputException>(
            () => Conventions.Torch.CrossEntropy(input, target, gradient: new TensorSpan<double>(new double[6], [3, 2])));
    }
}
