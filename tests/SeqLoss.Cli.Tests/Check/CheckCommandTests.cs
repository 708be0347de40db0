using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Cli.Tests.Loss;
using Xunit;

namespace SeqLoss.Cli.Tests.Check;

/// <summary>The verb: what it prints, and its exit status.</summary>
public sealed class CheckCommandTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void SoundInput_IsOneLine()
    {
        ToolRun run = Check("--lengths", fixture.Lengths);
        double loss = fixture.Run("--lengths", fixture.Lengths, "--json").Json.GetProperty("mean").GetDouble();
        string looked = $"logits [2, 3, 4] float32, btv; 5 of 6 positions counted, mean loss {loss:0.000000} nats";
        Assert.Equal(new ToolRun(0, $"nothing found: {looked}\n", ""), run);
    }

    [Fact]
    public void SoundInput_IsAnEmptyArray() => Assert.Equal(new ToolRun(0, "[]\n", ""), Check("--lengths", fixture.Lengths, "--json"));

    [Fact]
    public void Report_NamesWhatWhereAndTheCure()
    {
        string ids = fixture.Folder.Save("bad.npy", "2,3", new long[] { 0, 3, -100, 2, 2, -100 });
        ToolRun run = ToolRun.Of("check", "--scores", fixture.Scores, "--targets", ids);
        Assert.Equal((1, ""), (run.Status, run.Error));
        string[] lines = run.Output.Split('\n');
        Assert.Equal("error SL001 at [b=0, t=2]", lines[0]);
        Assert.Equal("  target[b=0, t=2] is -100, the vocabulary has 4 classes (0..3); 2 of 6 counted targets are outside", lines[1]);
        Assert.Equal("  it, 2 of them this id, and no id is ignored.", lines[2]);
        Assert.Equal("  Cure: if -100 marks padding, ignore it (TokenWeights.FromIgnoreIndex(-100), --ignore-index -100).", lines[3]);
        Assert.Equal("  See docs/symptoms.md#sl001", lines[4]);
        Assert.StartsWith("1 error: logits [2, 3, 4] float32, btv; 6 of 6 positions counted", lines[6], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Length <= 100 && line == line.TrimEnd(), line));
    }

    [Fact]
    public void Json_HasTheFieldsOfEachFinding()
    {
        string weights = fixture.Folder.Save("bad.npy", "2,3", new[] { 1, 1, 1, float.NaN, -2, 1 });
        ToolRun run = Check("--weights", weights, "--json");
        Assert.Equal((1, ""), (run.Status, run.Error));
        Assert.Equal(
            [("SL013", "error", "[b=1, t=0]"), ("SL013", "warning", "[b=1, t=1]")],
            run.Json.EnumerateArray().Select(finding => (Text(finding, "id"), Text(finding, "severity"), Text(finding, "position"))));
        Assert.All(run.Json.EnumerateArray(), finding => Assert.Equal(
            ["id", "severity", "position", "message", "cure"],
            finding.EnumerateObject().Select(field => field.Name)));
    }

    [Fact]
    public void PositionlessFindings_HaveANullPosition()
    {
        string oneHot = fixture.Folder.Save("one-hot.npy", "2,3,4", OneHot());
        ToolRun run = ToolRun.Of("check", "--scores", fixture.Scores, "--targets", oneHot, "--json");
        Assert.Equal(0, run.Status);
        JsonElement note = Assert.Single(run.Json.EnumerateArray());
        Assert.Equal(("SL014", "note", null), (Text(note, "id"), Text(note, "severity"), Text(note, "position")));
    }

    [Fact]
    public void WarningsAlone_AreASuccess()
    {
        string weights = fixture.Folder.Save("negative.npy", "2,3", new float[] { 1, 1, 1, -1, 1, 1 });
        ToolRun run = Check("--weights", weights);
        Assert.Equal(0, run.Status);
        Assert.Contains("warning SL013 at [b=1, t=0]", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--lengths", "2", "[b=1]", "SL015")]
    [InlineData("--mask", "2,3", "[b=0, t=1]", "SL015")]
    [InlineData("--example-weights", "2", "[b=1]", "SL013")]
    [InlineData("--class-weights", "4", "[v=1]", "SL013")]
    public void ImpossibleValues_AreFindings(string option, string shape, string position, string id)
    {
        int count = shape.Split(',').Select(int.Parse).Aggregate((left, right) => left * right);
        double[] values = [.. Enumerable.Repeat(1.0, count)];
        values[1] = double.NaN;
        ToolRun run = Check(option, fixture.Folder.Save("bad.npy", shape, values), "--json");
        Assert.Equal(1, run.Status);
        Assert.Contains(
            (id, position), run.Json.EnumerateArray().Select(finding => (Text(finding, "id"), Text(finding, "position"))));
    }

    [Fact]
    public void ShapesOfAnotherLayout_AreAFinding()
    {
        string ids = fixture.Folder.Save("bvt.npy", "2,4", new long[8]);
        ToolRun run = ToolRun.Of("check", "--scores", fixture.Scores, "--targets", ids);
        Assert.Equal((1, ""), (run.Status, run.Error));
        Assert.StartsWith(
            "error SL009\n  as btv the shapes do not fit (the target ids have shape [2, 4], but scores of shape [2, 3, 4] in\n"
            + "  layout btv need [2, 3]); as bvt they do.\n  Cure: name the layout that the scores have (--layout bvt).\n",
            run.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("1 error: logits [2, 3, 4] float32, btv\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ShapesOfNoLayout_AreBadInput()
    {
        string ids = fixture.Folder.Save("bad.npy", "7", new long[7]);
        ToolRun run = ToolRun.Of("check", "--scores", fixture.Scores, "--targets", ids);
        Assert.Equal((3, ""), (run.Status, run.Output));
        Assert.StartsWith($"seqloss: {ids}: the target ids have shape [7], but scores of", run.Error, StringComparison.Ordinal);
        string mask = fixture.Folder.Save("mask.npy", "5", new byte[5]);
        ToolRun masked = Check("--mask", mask);
        Assert.Equal(new ToolRun(3, "", $"seqloss: {mask}: mask of shape [5] do not fit: this layout needs [2, 3].\n"), masked);
        Assert.Equal(3, Check("--lengths", fixture.Mask).Status);
        Assert.Equal(3, Check("--mask", fixture.Scores).Status);
    }

    [Fact]
    public void FilesThatAreNoNumbers_AreBadInput()
    {
        Assert.Equal(3, ToolRun.Of("check", "--scores", fixture.Ids, "--targets", fixture.Ids).Status);
        string floats = fixture.Folder.Save("floats.npy", "2,3", new float[6]);
        Assert.Equal(3, ToolRun.Of("check", "--scores", fixture.Scores, "--targets", floats).Status);
        ToolRun missing = ToolRun.Of("check", "--scores", fixture.Scores, "--targets", fixture.PathOf("none.npy"));
        Assert.Contains("none.npy: there is no such file", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--reduction sum", "'--reduction' is no option of seqloss check")]
    [InlineData("--kind mse", "'--kind' is no option of seqloss check")]
    [InlineData("--z-loss -1", "--z-loss is -1: it is at least 0")]
    [InlineData("--scores-are probs --temperature 2", "--temperature is for logits, and --scores-are is probs")]
    [InlineData("--ignore-zero-rows", "--ignore-zero-rows is for target distributions, these targets are ids")]
    public void WrongUse_IsRefused(string line, string sentence)
    {
        ToolRun run = Check(line.Split(' '));
        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.StartsWith($"seqloss: {sentence}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_PrintsNothing()
    {
        ToolRun run = ToolRun.Cancelled("check", "--scores", fixture.Scores, "--targets", fixture.Ids);
        Assert.Equal((130, ""), (run.Status, run.Output));
    }

    [Fact]
    public void Help_HasAnExample()
    {
        ToolRun run = ToolRun.Of("check", "--help");
        Assert.Equal(0, run.Status);
        Assert.Contains("seqloss check --scores logits.npy --targets targets.npy", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("regression", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--gradient", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Real logits with padding: without it the loss is that of the lengths.</summary>
    [Fact]
    public void Sample_TellsTheLossWithoutItsPadding()
    {
        string folder = Path.Combine(Repository.Root, "samples", "translation");
        string[] files = ["--scores", Path.Combine(folder, "logits.npy"), "--targets", Path.Combine(folder, "targets.npy")];
        string lengths = Path.Combine(folder, "lengths.npy");
        double loss = ToolRun.Of(["loss", .. files, "--lengths", lengths, "--json"]).Json.GetProperty("mean").GetDouble();
        JsonElement finding = Assert.Single(ToolRun.Of(["check", .. files, "--json"]).Json.EnumerateArray());
        Assert.Equal(("SL007", "warning", "[b=0, t=7]"), (Text(finding, "id"), Text(finding, "severity"), Text(finding, "position")));
        Assert.EndsWith($"without them {loss:G4}", Text(finding, "message"), StringComparison.Ordinal);
        Assert.Equal(new ToolRun(0, "[]\n", ""), ToolRun.Of(["check", .. files, "--lengths", lengths, "--json"]));
    }

    private static float[] OneHot()
    {
        float[] oneHot = new float[24];
        for (int token = 0; token < 6; token++)
        {
            oneHot[(token * 4) + (int)LossFixture.IdValues[token]] = 1;
        }

        return oneHot;
    }

    private static string? Text(JsonElement finding, string name) => finding.GetProperty(name).GetString();

    private ToolRun Check(params string[] options)
        => ToolRun.Of(["check", "--scores", fixture.Scores, "--targets", fixture.Ids, .. options]);
}
