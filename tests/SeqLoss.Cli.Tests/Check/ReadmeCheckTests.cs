using System;
using System.IO;
using Xunit;

namespace SeqLoss.Cli.Tests.Check;

/// <summary>What the README shows of <c>seqloss check</c> and <c>compare</c> is what they print.</summary>
public sealed class ReadmeCheckTests
{
    private static readonly string _readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void TheFinding_IsTheOneShown()
    {
        const string Command = "$ seqloss check --scores logits.npy --targets targets.npy\n";
        int start = _readme.IndexOf(Command, StringComparison.Ordinal) + Command.Length;
        string shown = _readme[start.._readme.IndexOf("```", start, StringComparison.Ordinal)];
        ToolRun run = ToolRun.Of("check", "--scores", Sample("logits"), "--targets", Sample("targets"));
        Assert.StartsWith(shown, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheExpectedNumber_IsKeras()
    {
        Assert.Contains("`seqloss compare --expect 1.0283` finds that Keras' default", _readme, StringComparison.Ordinal);
        ToolRun run = ToolRun.Of(
            "compare", "--scores", Sample("logits"), "--targets", Sample("targets"), "--lengths", Sample("lengths"), "--expect", "1.0283");
        Assert.Contains("1.0283 is what keras sum_over_batch_size, padding as sample_weight", run.Output, StringComparison.Ordinal);
    }

    private static string Sample(string name) => Path.Combine(Repository.Root, "samples", "translation", $"{name}.npy");
}
