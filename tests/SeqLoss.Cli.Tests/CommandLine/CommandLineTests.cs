using System;
using Xunit;

namespace SeqLoss.Cli.Tests.CommandLine;

/// <summary>Wrong use: exit status 2, one sentence on standard error and a hint, nothing on standard output.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "a verb is missing: the verbs are train, translate, loss, compare, check, conventions and info.")]
    [InlineData("lss", "'lss' is no verb of seqloss: perhaps loss is meant.")]
    [InlineData(
        "transmogrify",
        "'transmogrify' is no verb of seqloss: the verbs are train, translate, loss, compare, check, conventions and info.")]
    [InlineData("--hlep", "'--hlep' is no option of seqloss: perhaps --help is meant.")]
    public void WithoutVerb_TheVerbsAreNamed(string line, string sentence) => AssertWrongUse(line, sentence, "Try 'seqloss --help'.");

    [Theory]
    [InlineData("loss --scoers a --targets b", "'--scoers' is no option of seqloss loss: perhaps --scores is meant.")]
    [InlineData("loss --scores a --targets b --reducton=sum", "'--reducton' is no option of seqloss loss: perhaps --reduction is meant.")]
    [InlineData("loss --scores a --targets b --frobnicate", "'--frobnicate' is no option of seqloss loss.")]
    [InlineData(
        "loss --scores a --targets b c",
        "'c' is unexpected: seqloss loss takes options only, and each of them but --set one value at most.")]
    [InlineData("loss --scores a --targets b --as torch.nll_loss --set", "--set needs a value: --set NAME=VALUE.")]
    [InlineData(
        "loss --scores a",
        "--targets F is missing: the .npy file of the targets: integer ids, or an array of the scores' shape (distributions, values).")]
    [InlineData("loss --scores a --scores b --targets c", "--scores is given 2 times: give it once.")]
    [InlineData("loss --scores a --targets c --json --json --json", "--json is given 3 times: give it once.")]
    [InlineData("loss --scores --targets b", "--scores needs a value: --scores F.")]
    [InlineData("loss --scores a --targets b --mask", "--mask needs a value: --mask F.")]
    [InlineData("loss --scores a --targets b --mask=", "--mask needs a value: --mask F.")]
    [InlineData(
        "loss --scores a --targets b --json=true",
        "'true' is unexpected: seqloss loss takes options only, and each of them but --set one value at most.")]
    [InlineData("loss --scores a --targets b --layout vtb", "--layout is 'vtb': use btv, tbv, bvt, nv, perhaps btv.")]
    [InlineData(
        "loss --scores a --targets b --layout btd",
        "--layout btd is for regression, --kind cross-entropy needs classes: use one of btv, tbv, bvt, nv.")]
    [InlineData(
        "loss --scores a --targets b --kind mse --layout btv",
        "--layout btv has classes, --kind mse has none: use one of btd, tbd, bdt, nd, bt, tb, n.")]
    [InlineData(
        "loss --scores a --targets b --reduction Mean",
        "--reduction is 'Mean': use none, sum, mean, mean-batch, per-example, per-example-sum, mean-per-example, per-timestep, "
        + "mean-nonzero, per-example-nonzero, per-timestep-nonzero, mean-valid, mean-elements, mean-class-weight, perhaps mean.")]
    [InlineData(
        "loss --scores a --targets b --label-smoothing 0,1",
        "--label-smoothing is '0,1', which is no number: write it like 0.1 or 1e-4.")]
    [InlineData("loss --scores a --targets b --z-loss nan", "--z-loss is 'nan', which is no number: write it like 0.1 or 1e-4.")]
    [InlineData(
        "loss --scores a --targets b --ignore-index 1.0",
        "--ignore-index is '1.0', which is no whole number of 64 bits: write it like -100.")]
    [InlineData("loss --scores a --targets b --threads 3000000000", "--threads is 3000000000: it is at most 2147483647.")]
    public void WordsThatDoNotFit_AreNamed(string line, string sentence) => AssertWrongUse(line, sentence, "Try 'seqloss loss --help'.");

    [Fact]
    public void NamesOfFiles_MayLookOdd()
    {
        // A response file or a bundle of options to other programs.
        ToolRun run = ToolRun.Of("loss", "--scores", "@a", "--targets", "-bc");
        Assert.Contains("@a: there is no such file", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage: seqloss VERB [options]")]
    [InlineData("-h", "seqloss loss --scores logits.npy --targets targets.npy")]
    [InlineData("loss --help", "Usage: seqloss loss --scores F --targets F [options]")]
    [InlineData("loss --scores a --nonsense --help", "--gradient F")]
    [InlineData("info --help", "Usage: seqloss info [options]")]
    public void Help_IsAResult(string line, string part)
    {
        ToolRun run = ToolRun.Of(line.Split(' '));
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains(part, run.Output, StringComparison.Ordinal);
        Assert.Contains("Example", run.Output, StringComparison.Ordinal);
        Assert.Contains("  --help  ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit status: 0 success", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), each => Assert.True(each.Length <= 132, each));
    }

    [Fact]
    public void Version_IsOneLine() => Assert.Equal(new ToolRun(0, "seqloss 0.1.0\n", ""), ToolRun.Of("--version"));

    private static void AssertWrongUse(string line, string sentence, string hint)
        => Assert.Equal(
            new ToolRun(2, "", $"seqloss: {sentence}\n{hint}\n"),
            ToolRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
