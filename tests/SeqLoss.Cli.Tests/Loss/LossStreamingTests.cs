using System;
using System.Linq;
using SeqLoss.Cli.Tests.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>However a file is cut and stored, the result has the same bits as that of one block in native order.</summary>
public sealed class LossStreamingTests : IDisposable
{
    private const int Count = 5 * 7 * 6;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("btv", "5,7")]
    [InlineData("tbv", "5,7")]
    [InlineData("bvt", "5,6")]
    public void BlocksOfIds_MakeNoDifference(string layout, string tokens)
    {
        int count = layout == "bvt" ? 30 : 35;
        int classes = Count / count;
        string scores = folder.Save("scores.npy", "5,7,6", ArrayFile.Floats(Count, seed: 1));
        string ids = folder.Save("ids.npy", tokens, [.. Enumerable.Range(0, count).Select(token => (short)(token * 5 % classes))]);
        string weights = folder.Save("weights.npy", tokens, ArrayFile.Noise(count, seed: 2));
        AssertSameInAnyBlocks(
            "--scores", scores, "--targets", ids, "--layout", layout, "--weights", weights,
            "--label-smoothing", "0.1", "--reduction", "none");
    }

    [Theory]
    [InlineData("btv")]
    [InlineData("tbv")]
    [InlineData("bvt")]
    public void BlocksOfDistributions_MakeNoDifference(string layout)
    {
        string scores = folder.Save("scores.npy", "5,7,6", ArrayFile.Floats(Count, seed: 1));
        // Whole numbers, and every third row of the last axis empty.
        sbyte[] values = [.. Enumerable.Range(0, Count).Select(i => (sbyte)(i / 6 % 3 == 0 ? 0 : i % 4))];
        string targets = folder.Save("targets.npy", "5,7,6", values);
        string classWeights = folder.Save("classes.npy", layout == "bvt" ? "7" : "6", ArrayFile.Floats(layout == "bvt" ? 7 : 6, seed: 5));
        AssertSameInAnyBlocks(
            "--scores", scores, "--targets", targets, "--layout", layout, "--class-weights", classWeights,
            "--ignore-zero-rows", "--reduction", "mean-class-weight");
    }

    [Theory]
    [InlineData("btd", "5,7,6")]
    [InlineData("tbd", "5,7,6")]
    [InlineData("bdt", "5,7,6")]
    [InlineData("nd", "35,6")]
    [InlineData("bt", "35,6")]
    [InlineData("tb", "35,6")]
    [InlineData("n", "210")]
    public void BlocksOfRegression_MakeNoDifference(string layout, string shape)
    {
        string scores = folder.Save("scores.npy", shape, ArrayFile.Floats(Count, seed: 1));
        string targets = folder.Save("targets.npy", shape, ArrayFile.Noise(Count, seed: 2));
        AssertSameInAnyBlocks("--scores", scores, "--targets", targets, "--layout", layout, "--kind", "huber", "--reduction", "none");
        if (layout.Contains('d', StringComparison.Ordinal))
        {
            AssertSameInAnyBlocks(
                "--scores", scores, "--targets", targets, "--layout", layout, "--kind", "mae",
                "--weights", targets, "--reduction", "mean");
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void ForeignOrders_MakeNoDifference(bool isBigEndian, bool isFortranOrder)
    {
        AssertSameInAnyOrder(ArrayFile.Floats(Count, seed: 1), isBigEndian, isFortranOrder);
        AssertSameInAnyOrder(ArrayFile.Noise(Count, seed: 1), isBigEndian, isFortranOrder);
        AssertSameInAnyOrder(Array.ConvertAll(ArrayFile.Floats(Count, seed: 1), value => (Half)value), isBigEndian, isFortranOrder);
    }

    [Fact]
    public void IdsOfAnyIntegerType_MakeNoDifference()
    {
        string scores = folder.Save("scores.npy", "5,7,6", ArrayFile.Floats(Count, seed: 1));
        int[] ids = [.. Enumerable.Range(0, 35).Select(token => token * 5 % 6)];
        string expected = Run(folder.Save("int64.npy", "5,7", Array.ConvertAll(ids, id => (long)id)));
        Assert.Equal(expected, Run(folder.Save("int32.npy", "5,7", ids)));
        Assert.Equal(expected, Run(folder.Save("big.npy", "5,7", ids, isBigEndian: true)));
        Assert.Equal(expected, Run(folder.Save("fortran.npy", "5,7", ids, isFortranOrder: true)));
        Assert.Equal(expected, Run(folder.Save("int8.npy", "5,7", Array.ConvertAll(ids, id => (sbyte)id))));
        Assert.Equal(expected, Run(folder.Save("uint8.npy", "5,7", Array.ConvertAll(ids, id => (byte)id))));
        Assert.Equal(expected, Run(folder.Save("uint16.npy", "5,7", Array.ConvertAll(ids, id => (ushort)id))));
        Assert.Equal(expected, Run(folder.Save("uint32.npy", "5,7", Array.ConvertAll(ids, id => (uint)id))));
        Assert.Equal(expected, Run(folder.Save("uint64.npy", "5,7", Array.ConvertAll(ids, id => (ulong)id))));

        string Run(string targets)
        {
            ToolRun run = ToolRun.Of("loss", "--scores", scores, "--targets", targets, "--json");
            Assert.Equal((0, ""), (run.Status, run.Error));
            return run.Output;
        }
    }

    [Fact]
    public void Nothing_IsALossOfNothing()
    {
        string scores = folder.Save("scores.npy", "0,3,4", Array.Empty<float>());
        folder.Save("dense.npy", "0,3,4", Array.Empty<float>());
        string ids = folder.Save("ids.npy", "0,3", Array.Empty<long>());
        ToolRun run = ToolRun.Of(
            "loss", "--scores", scores, "--targets", ids,
            "--gradient", folder.PathOf("g.npy"), "--per-token", folder.PathOf("t.npy"), "--json");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(0, LossJsonTests.Real(run.Json, "loss"));
        Assert.Equal(("<f4", "0, 3, 4"), (ArrayFile.Load(folder.PathOf("g.npy")).Type, ArrayFile.Load(folder.PathOf("g.npy")).Shape));
        Assert.Equal("0, 3", ArrayFile.Load(folder.PathOf("t.npy")).Shape);
        foreach (string options in (string[])
        [
            "--targets ids.npy", "--targets ids.npy --reduction per-example", "--targets ids.npy --reduction per-timestep",
            "--targets dense.npy --reduction mean-class-weight --ignore-zero-rows", "--targets dense.npy --kind mse",
        ])
        {
            string[] words = Array.ConvertAll(
                options.Split(' '),
                word => word.EndsWith(".npy", StringComparison.Ordinal) ? folder.PathOf(word) : word);
            ToolRun each = ToolRun.Of(["loss", "--scores", scores, .. words]);
            Assert.Equal((options, 0, ""), (options, each.Status, each.Error));
        }
    }

    private void AssertSameInAnyOrder<T>(T[] values, bool isBigEndian, bool isFortranOrder)
        where T : unmanaged
    {
        string targets = folder.Save("native-targets.npy", "5,7,6", ArrayFile.Floats(Count, seed: 4));
        string foreignTargets = folder.Save("foreign-targets.npy", "5,7,6", ArrayFile.Floats(Count, seed: 4), isBigEndian, isFortranOrder);
        string native = folder.Save("native.npy", "5,7,6", values);
        string foreign = folder.Save("foreign.npy", "5,7,6", values, isBigEndian, isFortranOrder);
        string expected = Compute(long.MaxValue, "--scores", native, "--targets", targets);
        Assert.Equal(expected, Compute(long.MaxValue, "--scores", foreign, "--targets", foreignTargets));
        Assert.Equal(expected, Compute(100, "--scores", foreign, "--targets", foreignTargets));
    }

    private void AssertSameInAnyBlocks(params string[] options)
    {
        string whole = Compute(long.MaxValue, options);
        // One unit a block; a few, with a shorter block at the end.
        Assert.Equal(whole, Compute(1, options));
        Assert.Equal(whole, Compute(4 * 6 * 4, options));
        Assert.Equal(whole, Compute(4 * 42 * 2, options));
    }

    /// <summary>Everything that a run gives, as text.</summary>
    private string Compute(long blockBytes, params string[] options)
    {
        string output = folder.PathOf("output.npy"), tokens = folder.PathOf("tokens.npy"), gradient = folder.PathOf("gradient.npy");
        ToolRun run = ToolRun.InBlocks(
            blockBytes, ["loss", .. options, "--output", output, "--per-token", tokens, "--gradient", gradient, "--json"]);
        Assert.Equal((0, ""), (run.Status, run.Error));
        double[] values = ArrayFile.Load(gradient).Values;
        Assert.Equal(Count, values.Length);
        Assert.Contains(values, value => value != 0);
        string[] files = [output, tokens, gradient];
        return string.Join('\n', files.Select(path => string.Join(' ', ArrayFile.Load(path).Values)).Append(run.Output));
    }
}
