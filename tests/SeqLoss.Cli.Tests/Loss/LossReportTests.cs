using System;
using System.IO;
using System.Linq;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>What people read; the numbers are those of samples/translation/README.md.</summary>
public sealed class LossReportTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Sample_TellsWhatItCounted()
    {
        ToolRun run = RunSample("--lengths", Sample("lengths.npy"));
        Assert.Equal((0, ""), (run.Status, run.Error));
        AssertRow(run, "loss", "1.330739 nats");
        AssertRow(run, "divisor", "306 = the positions that count");
        AssertRow(run, "perplexity", "3.783837");
        AssertRow(run, "accuracy", "66.01 % (202 of 306)");
        AssertRow(run, "counted", "306 of 396 positions, 44 sequences");
        AssertRow(run, "weights", "lengths; they sum to 306");
        Assert.Contains("Cross-entropy of logits [44, 9, 293] float32, btv", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_NamesItsCostliestTokens()
    {
        ToolRun run = RunSample("--lengths", Sample("lengths.npy"), "--vocabulary", Sample("vocabulary.txt"));
        Assert.Equal((0, ""), (run.Status, run.Error));
        string[] rows = [.. run.Output.Split('\n').SkipWhile(line => !line.Contains("costliest tokens", StringComparison.Ordinal))];
        Assert.Equal(["0", "2", "14.511", "Milch", "Geld", "Wie viel"], Cells(rows[4]));
        Assert.Equal(["14", "5", "13.145", "Tee", ".", "... Mutter trinkt im Garten"], Cells(rows[5]));
        Assert.Equal(["8", "4", "11.482", "Lehrer", "?", "Wo ist der neue"], Cells(rows[6]));
        string[] sequences = [.. rows.SkipWhile(line => !line.Contains("costliest sequences of 44", StringComparison.Ordinal))];
        Assert.Equal(["0", "4.899", "7", "Wie viel Milch brauchen wir ? </s>"], Cells(sequences[4]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--reduction per-example")]
    [InlineData("--reduction none")]
    public void Pipes_GetPlainText(string options)
    {
        ToolRun run = RunSample([.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--vocabulary", Sample("vocabulary.txt")]);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void Arrays_ShowTheirFirstValuesAndTheirRange()
    {
        ToolRun run = RunSample("--reduction", "per-example", "--lengths", Sample("lengths.npy"));
        AssertRow(run, "loss", "[44]: 4.899332  1.922396  0.890681  0.919635  1.344672  1.485073  ...");
        AssertRow(run, "range", "0.160041 to 4.899332 nats; --output F writes all values");
    }

    [Theory]
    [InlineData("per-example", "zero", "the divisor of 1 sequence is 0: 0 by --empty zero")]
    [InlineData("per-example", "nan", "the divisor of 1 sequence is 0: NaN by --empty nan")]
    [InlineData("per-timestep", "zero", "the divisor of 2 steps is 0: 0 by --empty zero")]
    public void EmptyGroups_AreCounted(string reduction, string policy, string text)
    {
        string lengths = fixture.Folder.Save("short.npy", "2", new byte[] { 1, 0 });
        AssertRow(fixture.Run("--lengths", lengths, "--reduction", reduction, "--empty", policy), "empty", text);
    }

    [Theory]
    [InlineData("mean-batch", "divisor", "1, in place of 0 = the sequences")]
    [InlineData("mean-elements", "divisor", "1, in place of 0 = all positions, padding included")]
    [InlineData("none", "loss", "[0, 3]: no values")]
    public void NoSequences_AreNoOne(string reduction, string name, string text)
    {
        string scores = fixture.Folder.Save("none.npy", "0,3,4", Array.Empty<float>());
        string ids = fixture.Folder.Save("none-ids.npy", "0,3", Array.Empty<long>());
        ToolRun run = ToolRun.Of("loss", "--scores", scores, "--targets", ids, "--reduction", reduction);
        Assert.Equal((0, ""), (run.Status, run.Error));
        AssertRow(run, name, text);
        Assert.DoesNotContain("no values nats", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeMajorAndRows_FindTheirTokens()
    {
        // The one expensive token is step 1 of sequence 1, [t, b] = [1, 1]: the fourth of six.
        float[] scores = new float[12];
        scores[6] = 20;
        string vocabulary = fixture.Folder.Write("v.txt", "good\nbad\n"u8.ToArray());
        string ids = fixture.Folder.Save("tb.npy", "3,2", new long[] { 0, 0, 0, 1, 0, 0 });
        string batch = fixture.Folder.Save("tbv.npy", "3,2,2", scores);
        ToolRun run = ToolRun.Of("loss", "--scores", batch, "--targets", ids, "--layout", "tbv", "--vocabulary", vocabulary);
        Assert.Contains(run.Output.Split('\n'), line => Cells(line) is ["1", "1", "20.000", "bad", "good", "good"]);
        string rows = fixture.Folder.Save("n.npy", "6", new long[] { 0, 0, 0, 1, 0, 0 });
        string matrix = fixture.Folder.Save("nv.npy", "6,2", scores);
        ToolRun ofRows = ToolRun.Of("loss", "--scores", matrix, "--targets", rows, "--layout", "nv", "--vocabulary", vocabulary);
        Assert.Contains(ofRows.Output.Split('\n'), line => Cells(line) is ["3", "20.000", "bad", "good"]);
    }

    [Fact]
    public void TextOfAVocabulary_IsNoMarkupAndNoControl()
    {
        string vocabulary = fixture.Folder.Write("v.txt", "[red]x[/]\n[unclosed\n\u001b[31m\n\n"u8.ToArray());
        ToolRun run = fixture.Run("--vocabulary", vocabulary);
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains("[red]x[/]", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void WeightedTokens_SaySo()
    {
        string vocabulary = fixture.Folder.Write("v.txt", "a\nb\nc\nd\n"u8.ToArray());
        Assert.DoesNotContain("weighted loss", fixture.Run("--vocabulary", vocabulary).Output, StringComparison.Ordinal);
        ToolRun run = fixture.Run("--vocabulary", vocabulary, "--weights", fixture.PathOf("weights.npy"));
        Assert.Contains("weighted loss ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Regression_HasNoTokensToName()
    {
        ToolRun run = fixture.RunRegression("--kind", "huber", "--weights", fixture.Values);
        Assert.DoesNotContain("perplexity", run.Output, StringComparison.Ordinal);
        AssertRow(run, "counted", "24 of 24 elements, 2 sequences");
    }

    private static string Sample(string name) => Path.Combine(Repository.Root, "samples", "translation", name);

    private static ToolRun RunSample(params string[] options)
        => ToolRun.Of(["loss", "--scores", Sample("logits.npy"), "--targets", Sample("targets.npy"), .. options]);

    private static string[] Cells(string line) => [.. line.Split('│', StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim())];

    private static void AssertRow(ToolRun run, string name, string value)
        => Assert.Contains(run.Output.Split('\n'), line => Cells(line) is [var first, var second] && first == name && second == value);
}
