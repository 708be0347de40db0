using System;
using System.IO;
using System.Linq;
using SeqLoss.Cli.Loss;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>The files that a loss writes: types, shapes, and that a run that fails leaves none.</summary>
public sealed class LossOutputTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("none", "2, 3")]
    [InlineData("sum", "")]
    [InlineData("mean", "")]
    [InlineData("mean-batch", "")]
    [InlineData("per-example", "2,")]
    [InlineData("per-example-sum", "2,")]
    [InlineData("mean-per-example", "")]
    [InlineData("per-timestep", "3,")]
    [InlineData("mean-nonzero", "")]
    [InlineData("per-example-nonzero", "2,")]
    [InlineData("per-timestep-nonzero", "3,")]
    [InlineData("mean-valid", "")]
    [InlineData("mean-elements", "")]
    public void Files_HaveTheirTypesAndShapes(string reduction, string shape)
    {
        string output = fixture.PathOf("o.npy"), tokens = fixture.PathOf("t.npy"), gradient = fixture.PathOf("g.npy");
        ToolRun run = fixture.Run("--reduction", reduction, "--output", output, "--per-token", tokens, "--gradient", gradient, "--json");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(("<f8", shape), (ArrayFile.Load(output).Type, ArrayFile.Load(output).Shape));
        Assert.Equal(("<f8", "2, 3"), (ArrayFile.Load(tokens).Type, ArrayFile.Load(tokens).Shape));
        Assert.Equal(("<f4", "2, 3, 4"), (ArrayFile.Load(gradient).Type, ArrayFile.Load(gradient).Shape));
        Assert.Equal(LossJsonTests.Real(run.Json, "sum")!.Value, ArrayFile.Load(tokens).Values.Sum(), 12);
    }

    [Theory]
    [InlineData("tbv", "2, 3", "3,", "2,")]
    [InlineData("bvt", "2, 4", "2,", "4,")]
    public void Layouts_DecideShapes(string layout, string tokens, string perExample, string perTimestep)
    {
        string ids = fixture.Folder.Save(
            "layout-ids.npy", tokens.Replace(" ", "", StringComparison.Ordinal), new long[layout == "bvt" ? 8 : 6]);
        foreach ((string reduction, string shape) in new[] { ("none", tokens), ("per-example", perExample), ("per-timestep", perTimestep) })
        {
            string output = fixture.PathOf("o.npy");
            ToolRun run = ToolRun.Of(
                "loss", "--scores", fixture.Scores, "--targets", ids, "--layout", layout, "--reduction", reduction, "--output", output);
            Assert.Equal((0, ""), (run.Status, run.Error));
            Assert.Equal(shape, ArrayFile.Load(output).Shape);
        }
    }

    [Fact]
    public void ElementWeights_MakeElementsPositions()
    {
        string output = fixture.PathOf("o.npy"), tokens = fixture.PathOf("t.npy");
        ToolRun run = fixture.RunRegression(
            "--kind", "mse", "--weights", fixture.Scores, "--reduction", "none", "--output", output, "--per-token", tokens, "--json");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal("2, 3, 4", ArrayFile.Load(output).Shape);
        Assert.Equal(ArrayFile.Load(output).Values, ArrayFile.Load(tokens).Values);
        Assert.Equal(24, run.Json.GetProperty("elements").GetInt64());
    }

    [Fact]
    public void Gradient_IsOfTheReducedLoss()
    {
        string sum = fixture.PathOf("sum.npy"), mean = fixture.PathOf("mean.npy"), none = fixture.PathOf("none.npy");
        string upstream = fixture.Folder.Save("upstream.npy", "2,3", new int[] { 6, 6, 6, 0, 6, 6 });
        Assert.Equal(0, fixture.Run("--reduction", "sum", "--gradient", sum).Status);
        Assert.Equal(0, fixture.Run("--reduction", "mean", "--gradient", mean).Status);
        Assert.Equal(0, fixture.Run("--reduction", "none", "--gradient", none, "--upstream", upstream).Status);
        double[] ofSum = ArrayFile.Load(sum).Values, ofMean = ArrayFile.Load(mean).Values, ofNone = ArrayFile.Load(none).Values;
        for (int i = 0; i < ofSum.Length; i++)
        {
            Assert.Equal(ofSum[i] / 6, ofMean[i], 6);
            Assert.Equal(i / 4 == 3 ? 0 : ofSum[i] * 6, ofNone[i], 5);
        }
    }

    [Fact]
    public void Failure_LeavesWhatWasThere()
    {
        string ids = fixture.Folder.Save("bad-ids.npy", "2,3", new long[] { 0, 1, 2, 3, 4, 0 });
        string output = fixture.Folder.Write("o.npy", [1, 2, 3]);
        string gradient = fixture.PathOf("g.npy");
        string[] before = Directory.GetFiles(fixture.Folder.FullName);
        ToolRun run = ToolRun.Of("loss", "--scores", fixture.Scores, "--targets", ids, "--output", output, "--gradient", gradient);
        Assert.Equal(3, run.Status);
        Assert.Equal(before, Directory.GetFiles(fixture.Folder.FullName));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(output));
    }

    [Fact]
    public void Interruption_LeavesWhatWasThere()
    {
        string output = fixture.Folder.Write("o.npy", [1, 2, 3]);
        string[] before = Directory.GetFiles(fixture.Folder.FullName);
        ToolRun run = ToolRun.Cancelled(
            "loss", "--scores", fixture.Scores, "--targets", fixture.Ids, "--output", output, "--gradient", fixture.PathOf("g.npy"));
        Assert.Equal(new ToolRun(130, "", "seqloss: stopped; no output has been written.\n"), run);
        Assert.Equal(before, Directory.GetFiles(fixture.Folder.FullName));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(output));
    }

    [Fact]
    public void FailureAtTheEnd_TellsWhatIsWritten()
    {
        var request = new LossRequest
        {
            Scores = fixture.Scores,
            Targets = fixture.Ids,
            Layout = "btv",
            Reduction = Reduction.Mean,
            Output = fixture.PathOf("o.npy"),
            PerToken = fixture.PathOf("t.npy"),
        };
        string[] before = [.. Directory.GetFiles(fixture.Folder.FullName).Order()];
        using LossInputs inputs = LossInputs.Open(request);
        using (var files = new LossOutputFiles(request, inputs))
        {
            // Somebody takes the second name while the loss is computed.
            Directory.CreateDirectory(fixture.PathOf("t.npy"));
            var result = new LossResult(default, [1], 1, 0, new double[6], []);
            string message = Assert.Throws<BadFileException>(() => files.Complete(result)).Message;
            Assert.EndsWith($"; already written: {request.Output}", message, StringComparison.Ordinal);
        }

        Assert.Equal([.. before.Append(request.Output).Order()], Directory.GetFiles(fixture.Folder.FullName).Order());
    }

    [Fact]
    public void SecondFileThatCannotBeCreated_LeavesNoFirst()
    {
        string[] before = Directory.GetFiles(fixture.Folder.FullName);
        ToolRun run = fixture.Run("--output", fixture.PathOf("o.npy"), "--gradient", fixture.PathOf("no-such-folder/g.npy"));
        Assert.Equal(3, run.Status);
        Assert.Contains("no-such-folder/g.npy: the folder of the file does not exist", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(fixture.Folder.FullName));
    }

    [Fact]
    public void NoOutput_ReplacesAnInputOrAnotherOutput()
    {
        File.CreateSymbolicLink(fixture.PathOf("link.npy"), fixture.Scores);
        Directory.CreateSymbolicLink(fixture.PathOf("folder"), fixture.Folder.FullName);
        AssertSameFile(fixture.Run("--gradient", fixture.Scores), "--gradient", "--scores");
        AssertSameFile(fixture.Run("--gradient", fixture.PathOf("link.npy")), "--gradient", "--scores");
        AssertSameFile(fixture.Run("--output", fixture.PathOf("folder/ids.npy")), "--output", "--targets");
        string roundabout = fixture.PathOf("../" + Path.GetFileName(fixture.Folder.FullName) + "/mask.npy");
        AssertSameFile(fixture.Run("--mask", fixture.Mask, "--per-token", roundabout), "--per-token", "--mask");
        ToolRun twice = fixture.Run("--output", fixture.PathOf("new.npy"), "--gradient", fixture.PathOf("./new.npy"));
        AssertSameFile(twice, "--gradient", "--output");
    }

    private static void AssertSameFile(ToolRun run, string output, string input)
    {
        Assert.Equal(2, run.Status);
        Assert.StartsWith($"seqloss: {output} ", run.Error, StringComparison.Ordinal);
        Assert.Contains($" is the file of {input}: name another.\n", run.Error, StringComparison.Ordinal);
    }
}
