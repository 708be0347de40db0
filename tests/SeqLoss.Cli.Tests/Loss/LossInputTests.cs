using System;
using System.IO;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

/// <summary>Input that does not fit: exit status 3 and one sentence that begins with the file.</summary>
public sealed class LossInputTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Scores_AreFloatingPoint()
        => AssertBad(ToolRun.Of("loss", "--scores", fixture.Ids, "--targets", fixture.Scores), fixture.Ids,
            "[2, 3] int64 are no scores, those are float32, float64 or float16; "
            + "check that --scores and --targets are not swapped, or save astype('float32')");

    [Fact]
    public void Scores_HaveTheAxesOfTheLayout()
        => AssertBad(fixture.Run("--layout", "nv"), fixture.Scores,
            "[2, 3, 4] float32 has 3 axes, --layout nv [N, V] has 2; name the layout that the scores have");

    [Fact]
    public void Scores_HaveClasses()
    {
        string scores = fixture.Folder.Save("empty.npy", "2,3,0", Array.Empty<float>());
        AssertBad(ToolRun.Of("loss", "--scores", scores, "--targets", fixture.Ids), scores,
            "[2, 3, 0] float32 has no classes in --layout btv [B, T, V]; at least 1 is needed");
    }

    [Fact]
    public void Targets_FitTheScores()
    {
        string ids = fixture.Folder.Save("other.npy", "3,2", new long[6]);
        AssertBad(ToolRun.Of("loss", "--scores", fixture.Scores, "--targets", ids), ids,
            $"the targets are [3, 2] int64, but {fixture.Scores} of [2, 3, 4] float32 in --layout btv "
            + "needs ids of [2, 3] or distributions of [2, 3, 4]");
        AssertBad(ToolRun.Of("loss", "--kind", "mae", "--scores", fixture.Scores, "--targets", ids), ids,
            $"the targets are [3, 2] int64, but the predictions {fixture.Scores} are [2, 3, 4] float32; both need the same shape");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_AreIntegers(bool areBooleans)
    {
        string ids = areBooleans
            ? fixture.Folder.Save("other.npy", "2,3", new bool[6])
            : fixture.Folder.Save("other.npy", "2,3", new double[6]);
        AssertBad(ToolRun.Of("loss", "--scores", fixture.Scores, "--targets", ids), ids,
            $"[2, 3] {(areBooleans ? "bool" : "float64")} has the shape of target ids, and those are integers; "
            + "save them as int64: numpy.save(name, array.astype('int64'))");
    }

    [Fact]
    public void Ids_AreClasses()
    {
        string ids = fixture.Folder.Save("other.npy", "2,3", new int[] { 0, 1, 2, 3, 50265, 0 });
        AssertBad(ToolRun.Of("loss", "--scores", fixture.Scores, "--targets", ids, "--ignore-index", "-100"), ids,
            "target[b=1, t=1] is 50265, the vocabulary has 4 classes (0..3); the ignored id is -100");
    }

    [Theory]
    [InlineData("2.5", "length[b=1] is 2.5; lengths are whole numbers in 0..3")]
    [InlineData("NaN", "length[b=1] is NaN; lengths are whole numbers in 0..3")]
    [InlineData("4", "length[b=1] is 4, but the sequences have 3 steps; lengths are in 0..3")]
    [InlineData("-1", "length[b=1] is -1, but the sequences have 3 steps; lengths are in 0..3")]
    public void Lengths_AreWholeNumbersUpToT(string length, string sentence)
    {
        double last = double.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
        string lengths = fixture.Folder.Save("bad.npy", "2", new double[] { 3, last });
        AssertBad(fixture.Run("--lengths", lengths), lengths, sentence);
    }

    [Fact]
    public void Masks_HoldZeroAndOne()
    {
        string mask = fixture.Folder.Save("bad.npy", "2,3", new byte[] { 1, 1, 1, 1, 2, 1 });
        AssertBad(fixture.Run("--mask", mask), mask, "mask[1, 1] is 2: a mask holds only 0 and 1; use token weights for other numbers");
    }

    [Fact]
    public void Weights_AreFinite()
    {
        string bad = fixture.Folder.Save("bad.npy", "2,3", new float[] { 1, 1, 1, float.NaN, 2, 1 });
        AssertBad(fixture.Run("--weights", bad), bad, "weight[1, 0] is NaN: token weights are finite numbers");
        string examples = fixture.Folder.Save("bad2.npy", "2", new float[] { 1, float.PositiveInfinity });
        AssertBad(fixture.Run("--example-weights", examples), examples,
            "example weight[b=1] is +infinity: example weights are finite numbers");
        string classes = fixture.Folder.Save("bad3.npy", "4", new float[] { 1, 1, float.NaN, 1 });
        AssertBad(fixture.Run("--class-weights", classes), classes, "classWeight[2] is NaN: class weights are finite numbers");
    }

    [Theory]
    [InlineData("--lengths", "one for each sequence needs [2]")]
    [InlineData("--example-weights", "one for each sequence needs [2]")]
    [InlineData("--class-weights", "one for each class needs [4]")]
    [InlineData("--mask", "--layout btv with scores of [2, 3, 4] needs [2, 3]")]
    [InlineData("--weights", "--layout btv with scores of [2, 3, 4] needs [2, 3]")]
    public void Files_HaveTheShapeThatIsNeeded(string option, string needed)
    {
        string file = fixture.Folder.Save("bad.npy", "5", new byte[5]);
        AssertBad(fixture.Run(option, file), file, $"[5] uint8 does not fit, {needed}");
    }

    [Fact]
    public void Upstream_HasTheShapeOfTheReducedLoss()
    {
        ToolRun run = fixture.Run("--reduction", "per-timestep", "--gradient", fixture.PathOf("g.npy"), "--upstream", fixture.Lengths);
        AssertBad(run, fixture.Lengths, "[2] int64 does not fit, the reduction per-timestep needs [3]");
    }

    [Fact]
    public void EmptyGroups_CanBeAnError()
    {
        string lengths = fixture.Folder.Save("bad.npy", "2", new byte[] { 3, 0 });
        ToolRun run = fixture.Run("--lengths", lengths, "--reduction", "per-example", "--empty", "throw");
        Assert.Equal(3, run.Status);
        Assert.Equal(
            "seqloss: the divisor of sequence b=1 is 0 under the reduction per-example: "
            + "leave it out, or use --empty zero or nan.\n",
            run.Error);
    }

    [Fact]
    public void PadMass_IsRefused()
    {
        ToolRun run = fixture.RunDense("--label-smoothing", "0.1", "--smoothing", "others-but-pad", "--pad-index", "0");
        AssertBad(run, fixture.Distributions,
            "target[b=0, t=0] has mass 1 on the pad index 0, to which the smoothing others-but-pad gives none");
    }

    [Fact]
    public void Vocabularies_HaveALineForEachClass()
    {
        string vocabulary = fixture.Folder.Write("vocabulary.txt", "a\nb\nc\n"u8.ToArray());
        AssertBad(fixture.Run("--vocabulary", vocabulary), vocabulary,
            "the vocabulary has 3 lines, but the scores have 4 classes; line n, counted from 0, is the text of class n");
        string none = fixture.PathOf("none.txt");
        AssertBad(fixture.Run("--vocabulary", none), none, "there is no such file; check the path");
        AssertBad(fixture.Run("--vocabulary", fixture.Folder.FullName), fixture.Folder.FullName,
            "this is a folder; name a text file with one class a line");
    }

    [Theory]
    [InlineData("--scores")]
    [InlineData("--targets")]
    [InlineData("--lengths")]
    [InlineData("--mask")]
    [InlineData("--weights")]
    [InlineData("--example-weights")]
    [InlineData("--class-weights")]
    [InlineData("--upstream")]
    public void EveryFile_IsNamedWhereItIsMissing(string option)
    {
        string none = fixture.PathOf("none.npy");
        string[] scores = option == "--scores" ? [] : ["--scores", fixture.Scores];
        string[] targets = option == "--targets" ? [] : ["--targets", fixture.Ids];
        string gradient = fixture.PathOf("g.npy");
        ToolRun run = ToolRun.Of(["loss", .. scores, .. targets, "--reduction", "none", "--gradient", gradient, option, none]);
        AssertBad(run, none, "there is no such file; check the path");
        Assert.False(File.Exists(gradient));
    }

    [Fact]
    public void DamagedFiles_AreNamed()
    {
        string damaged = fixture.Folder.Write("damaged.npy", File.ReadAllBytes(fixture.Scores)[..^4]);
        ToolRun run = ToolRun.Of("loss", "--scores", damaged, "--targets", fixture.Ids);
        Assert.Equal(3, run.Status);
        Assert.StartsWith(
            $"seqloss: {damaged}: the shape [2, 3, 4] float32 needs 96 bytes of data and 92 are there;",
            run.Error,
            StringComparison.Ordinal);
    }

    private static void AssertBad(ToolRun run, string file, string sentence)
        => Assert.Equal(new ToolRun(3, "", $"seqloss: {file}: {sentence}.\n"), run);
}
