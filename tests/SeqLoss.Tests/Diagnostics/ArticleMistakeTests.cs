using System;
using System.Numerics.Tensors;
using SeqLoss.Diagnostics;
using Xunit;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>The mistakes of articles on sequence-to-sequence losses, on their own numbers: from a few tokens, too.</summary>
public sealed class ArticleMistakeTests
{
    private static readonly CrossEntropyOptions Rows = new() { Layout = ScoreLayout.Nv };

    [Fact]
    public void ProbabilitiesToALossOfLogits_AreNamed()
    {
        double[] probabilities = [0.1, 0.8, 0.1, 0.2, 0.3, 0.5, 0.6, 0.2, 0.2];
        Finding finding = Assert.Single(LossCheck.Run(
            ScoreForm.Logits, new ReadOnlyTensorSpan<double>(probabilities, [3, 3]), new ReadOnlyTensorSpan<int>([1, 2, 0]), options: Rows)
            .Findings);
        Assert.Equal(("SL004", FindingSeverity.Error, "[n=0]"), (finding.Id, finding.Severity, finding.Position.ToString()));

        // The article's 1.4271 is a sum over three tokens.
        Assert.EndsWith("of the probabilities themselves 0.4757", finding.Message, StringComparison.Ordinal);
        Assert.Equal(1.4271163556 / 3, 0.4757, 1e-4);
    }

    [Fact]
    public void ZeroRowsThatCount_AreNamed()
    {
        float[] oneHot = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0];
        CheckReport report = LossCheck.Run(
            ScoreForm.Logits, new ReadOnlyTensorSpan<float>(Logits003, [2, 3, 3]), new ReadOnlyTensorSpan<float>(oneHot, [2, 3, 3]));
        Assert.Contains(report.Findings, finding => finding.Id == "SL012" && finding.Position.ToString() == "[b=1, t=2]");
        report = LossCheck.Run(
            ScoreForm.Logits,
            new ReadOnlyTensorSpan<float>(Logits003, [2, 3, 3]),
            new ReadOnlyTensorSpan<float>(oneHot, [2, 3, 3]),
            new() { IgnoreZeroRows = true });
        Assert.Equal("SL014", Assert.Single(report.Findings).Id);
    }

    [Fact]
    public void ClassAxisSecond_IsNamedByItsShapes()
    {
        Finding finding = Assert.Single(LossCheck.Run(
            ScoreForm.Logits, new ReadOnlyTensorSpan<float>(new float[30], [2, 5, 3]), new ReadOnlyTensorSpan<long>(new long[6], [2, 3]))
            .Findings);
        Assert.Equal(("SL009", FindingSeverity.Error), (finding.Id, finding.Severity));
        Assert.EndsWith("as bvt they do", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LengthsInPlaceOfWeights_AreRefused()
    {
        RawWeights weights = new() { TokenWeights = Tensor.Create(new double[] { 3, 2 }, [2]) };
        Assert.Throws<LossInputException>(() => LossCheck.Run(
            ScoreForm.Logits,
            new ReadOnlyTensorSpan<float>(Logits003, [2, 3, 3]),
            new ReadOnlyTensorSpan<int>([0, 1, 2, 1, 2, 0], [2, 3]),
            weights));
    }

    private static float[] Logits003 =>
        [1, 0.5f, 2, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f, 0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1];
}
