using System;
using System.Collections.Generic;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Linear;

/// <summary>Operands of BF16, given so or asked for, by the managed products and by oneDNN.</summary>
public sealed class PrecisionTests
{
    private static readonly CallSettings Settings = new() { Order = AxisOrder.Rows };

    private static readonly LinearCrossEntropyOptions Halves = new()
    {
        Precision = ProductPrecision.BFloat16,
        WorkspaceBytes = 6 << 20,
    };

    private static readonly ProjectionCase Case = ProjectionCase.Of(RandomCases.Plain(3, 170, 1, 7000), 16, 4);

    /// <summary>Peaks, beside which many a row of a block of classes is nearly nothing.</summary>
    private static readonly ProjectionCase Peaked = ProjectionCase.Of(RandomCases.Plain(3, 170, 1, 7000), 16, 4, scale: 12);

    /// <summary>Operands given as BF16 are multiplied as they are: no digit beyond theirs is lost.</summary>
    [Fact]
    public void GivenAsBFloat16_IsExactForThem()
    {
        ProjectionCase rounded = Case.Rounded();
        CallSettings settings = Settings with { Storage = Storage.BFloat16 };
        ProjectionAssert.IsRight(rounded, ProjectionCall.Run(rounded, settings), settings);
    }

    [Fact]
    public void AskedFor_RoundsOperandsOnce() => AssertIsRounded(Case, ProjectionCall.Run(Case, Settings, Halves));

    [Fact]
    public void AskedForOrGiven_HasTheSameBits()
    {
        CallSettings given = Settings with { Storage = Storage.BFloat16 };
        ProjectionAssert.AreSame(ProjectionCall.Run(Case, Settings, Halves), ProjectionCall.Run(Case.Rounded(), given, Halves));
    }

    /// <summary>Nothing is rounded that was not asked for.</summary>
    [Fact]
    public void NotAskedFor_IsNotRounded()
    {
        ProjectionOutcome outcome = ProjectionCall.Run(Case, Settings);
        ProjectionAssert.IsRight(Case, outcome, Settings);
    }

    [OneDnnFact]
    public void OneDnn_GivesTheLossAndGradientsOfTheReference()
    {
        CrossEntropyCase loss = RandomCases.Plain(3, 170, 1, 7000) with { LabelSmoothing = 0.1, ZLoss = 1e-3 };
        ProjectionCase c = ProjectionCase.Of(loss, 16, 4);
        ProjectionOutcome outcome = ProjectionCall.Run(c, Settings, new() { WorkspaceBytes = 6 << 20 }, ProductLibrary.OneDnn);
        ProjectionAssert.IsRight(c, outcome, Settings);
    }

    [OneDnnFact]
    public void OneDnn_RoundsOperandsOnce()
        => AssertIsRounded(Case, ProjectionCall.Run(Case, Settings, Halves, ProductLibrary.OneDnn));

    /// <summary>Both filters drop too little to be seen: the first no row of a block, the second some rows of most.</summary>
    [OneDnnFact]
    public void OneDnn_WithAFilter_RoundsOperandsOnce()
    {
        foreach ((ProjectionCase c, double filter) in new[] { (Case, 1e-30), (Peaked, 1e-7) })
        {
            LinearCrossEntropyOptions filtered = Halves with { GradientFilter = filter };
            AssertIsRounded(c, ProjectionCall.Run(c, Settings, filtered, ProductLibrary.OneDnn));
        }
    }

    [OneDnnFact]
    public void OneDnn_GivenAsBFloat16_IsExactForThem()
    {
        ProjectionCase rounded = Case.Rounded();
        CallSettings given = Settings with { Storage = Storage.BFloat16 };
        ProjectionAssert.IsRight(rounded, ProjectionCall.Run(rounded, given, library: ProductLibrary.OneDnn), given);
    }

    [OneDnnFact]
    public void OneDnn_AskedForOrGiven_HasTheSameBits()
    {
        CallSettings given = Settings with { Storage = Storage.BFloat16 };
        foreach (LinearCrossEntropyOptions options in new[] { Halves, Halves with { GradientFilter = 1e-7 } })
        {
            ProjectionOutcome asked = ProjectionCall.Run(Peaked, Settings, options, ProductLibrary.OneDnn);
            ProjectionAssert.AreSame(asked, ProjectionCall.Run(Peaked.Rounded(), given, options, ProductLibrary.OneDnn));
        }
    }

    [OneDnnFact]
    public void OneDnn_WithAFilter_GivesTheLossAndGradientsOfTheReference()
    {
        LinearCrossEntropyOptions filtered = new() { GradientFilter = 1e-30 };
        ProjectionAssert.IsRight(Case, ProjectionCall.Run(Case, Settings, filtered, ProductLibrary.OneDnn), Settings);
    }

    /// <summary>The loss is that of rounded operands; gradients also round ∂loss/∂logits, each by up to 2⁻⁹ of itself.</summary>
    private static void AssertIsRounded(ProjectionCase c, ProjectionOutcome outcome)
    {
        ProjectionCase rounded = c.Rounded();
        double[] losses = CrossEntropyReference.TokenLosses(rounded.Loss);
        new Tolerance(4e-6, 1e-5).Losses(losses, outcome.TokenLoss, "token loss");
        double[] ofLogits = CrossEntropyReference.ClosedFormGradient(rounded.Loss, Reduction.Mean);
        (double[] hidden, double[] vocabulary, _) = rounded.Gradients(ofLogits);
        (_, _, double[] bias) = rounded.Gradients(Reduction.Mean);
        AssertRoundedOnly(hidden, outcome.Hidden);
        AssertRoundedOnly(vocabulary, outcome.Vocabulary);
        ProjectionAssert.HasNormOf(bias, outcome.Bias, "the bias, whose sums are not of rounded numbers");
    }

    private static void AssertRoundedOnly(IReadOnlyList<double> expected, IReadOnlyList<float> actual)
    {
        (double error, double size) = ProjectionAssert.Difference(expected, actual);
        Assert.InRange(error / size, 1e-4, Math.Pow(2, -8));
    }
}
