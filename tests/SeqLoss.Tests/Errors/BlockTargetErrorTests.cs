using System;
using System.Numerics.Tensors;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Blocks whose targets are of the other kind, come twice, or have impossible shapes.</summary>
public sealed class BlockTargetErrorTests
{
    private static readonly CrossEntropyOptions Rows = new() { Layout = ScoreLayout.Nv };

    private static ReadOnlyTensorSpan<float> Block => new([0f, 0, 0], [1, 3]);

    [Fact]
    public void IdsInABlock_AreRefused()
    {
        BlockwiseCrossEntropy loss = BlockwiseCrossEntropy.FromLogits([1, 3], default, options: Rows);
        LossInputException error = Assert.Throws<LossInputException>(() => loss.Add(Block, new ReadOnlyTensorSpan<int>([0, 1, 0], [1, 3])));
        Assert.Contains("target ids are given when the loss begins", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DistributionsBesideIds_AreRefused()
    {
        BlockwiseCrossEntropy loss = BlockwiseCrossEntropy.FromLogits([1, 3], new ReadOnlyTensorSpan<int>([0], [1]), options: Rows);
        Assert.Throws<LossInputException>(() => loss.Add(Block, Block));
    }

    [Fact]
    public void ClassMassOfMoreThanAll_IsRefused()
    {
        BlockwiseCrossEntropy loss = BlockwiseCrossEntropy.FromLogits(
            [1, 3], default, options: Rows with { Reduction = Reduction.MeanClassWeight });
        loss.AddClassMass(new ReadOnlyTensorSpan<float>([0f, 5, 0], [1, 3]));
        Assert.Equal(5, loss.Divisor);
        Assert.Throws<LossInputException>(() => loss.AddClassMass(new ReadOnlyTensorSpan<float>([0f, 5, 0], [1, 3])));
        Assert.Equal(5, loss.Divisor);
    }

    [Fact]
    public void NegativeLengths_AreRefused()
    {
        LossInputException error = Assert.Throws<LossInputException>(
            () => BlockwiseCrossEntropy.FromLogits([-2, -3, 3], default));
        Assert.Contains("axis of length -2", error.Message, StringComparison.Ordinal);
        Assert.Throws<LossInputException>(() => BlockwiseRegression.SquaredError([-1, 3], options: new() { Layout = RegressionLayout.Nd }));
    }

    [Fact]
    public void ChoicesThatAreNone_AreRefused()
    {
        Assert.Throws<LossOptionException>(() => CrossEntropy.FromLogits(
            Block, new ReadOnlyTensorSpan<int>([0], [1]), options: Rows with { Smoothing = (SmoothingKind)7 }));
        Assert.Throws<LossOptionException>(() => Regression.SquaredError(
            Block, Block, options: new() { Layout = RegressionLayout.Nd, FeatureReduction = (FeatureReduction)7 }));
        Assert.Throws<LossOptionException>(() => CrossEntropy.FromLogits(
            Block, new ReadOnlyTensorSpan<int>([0], [1]), options: Rows with { Temperature = 1e-39 }));
    }

    [Fact]
    public void MissingTensors_AreRefused()
        => Assert.Throws<ArgumentNullException>(() => CrossEntropy.FromLogits((Tensor<float>)null!, new ReadOnlyTensorSpan<int>([0], [1])));
}
