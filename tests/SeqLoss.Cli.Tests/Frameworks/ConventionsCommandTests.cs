using System;
using System.Linq;
using System.Text.RegularExpressions;
using SeqLoss.Cli.Frameworks;
using Xunit;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>The catalogue and the verb that shows it.</summary>
public sealed partial class ConventionsCommandTests
{
    public static TheoryData<string> Names => [.. FrameworkCatalogue.All.Select(loss => loss.Name)];

    [Fact]
    public void Names_AreUnique_WithoutCapitalsToo()
    {
        string[] names = [.. FrameworkCatalogue.All.SelectMany(loss => loss.Aliases.Append(loss.Name))];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("torch.nn.functional.cross_entropy", "torch.cross_entropy")]
    [InlineData("F.nll_loss", "torch.nll_loss")]
    [InlineData("tf.contrib.legacy_seq2seq.sequence_loss_by_example", "tf.legacy_sequence_loss_by_example")]
    [InlineData("TFA.SEQ2SEQ.SEQUENCELOSS", "tfa.SequenceLoss")]
    [InlineData("tf.keras.losses.KLDivergence", "keras.KLDivergence")]
    [InlineData("softmaxcrossentropyloss", "onnx.SoftmaxCrossEntropyLoss")]
    [InlineData("optax.losses.l2_loss", "optax.l2_loss")]
    [InlineData("tf.losses.softmaxCrossEntropy", "tfjs.softmaxCrossEntropy")]
    public void OtherNames_AreKnown(string given, string name) => Assert.Equal(name, FrameworkCatalogue.Find("--as", given).Name);

    [Fact]
    public void List_HasEveryLossWithItsArguments()
    {
        ToolRun run = ToolRun.Of("conventions");
        Assert.Equal((0, ""), (run.Status, run.Error));
        string text = Spaces().Replace(run.Output, " ");
        Assert.All(FrameworkCatalogue.All, loss => Assert.Contains(loss.Signature, text, StringComparison.Ordinal));
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 110 && line == line.TrimEnd(), line));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_HasArgumentsAndAnExample(string name)
    {
        ToolRun run = ToolRun.Of("conventions", "--as", name);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.All(
            FrameworkCatalogue.Find("--as", name).Arguments.Where(argument => argument.Meaning is not null),
            argument => Assert.Contains($"\n  {argument.Signature}", run.Output, StringComparison.Ordinal));
        Assert.Contains($"  seqloss loss --as {name} --", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownName_IsRefused()
    {
        ToolRun run = ToolRun.Of("conventions", "--as", "keras.Hubr");
        Assert.Equal(2, run.Status);
        Assert.Contains("perhaps keras.Huber is meant", run.Error, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
