using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace SeqLoss.Cli.Tests.Loss;

public sealed class LossJsonTests : IDisposable
{
    private static readonly string[] _fields =
    [
        "loss", "reduction", "divisor", "sum", "weight", "nonZero", "elements", "sequences", "valid", "tokens", "tokenWeight",
        "negativeLogLikelihood", "correct", "mean", "perplexity", "bitsPerToken", "accuracy",
    ];

    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    /// <summary>A number, or the string that stands for one; <see langword="null"/> for null.</summary>
    internal static double? Real(JsonElement json, string name) => json.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => double.Parse(text.GetString()!, CultureInfo.InvariantCulture),
        var number => number.GetDouble(),
    };

    [Theory]
    [InlineData("--reduction none")]
    [InlineData("--reduction mean")]
    public void Fields_AreAlwaysTheSame(string options)
    {
        ToolRun run = fixture.Run([.. fixture.Expand(options), "--json"]);
        Assert.Equal(_fields, run.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(1, run.Output.Count(character => character == '\n'));
    }

    [Fact]
    public void UniformScores_GiveTheLogarithmOfV()
    {
        string scores = fixture.Folder.Save("uniform.npy", "2,3,4", new double[24]);
        JsonElement json = ToolRun.Of("loss", "--scores", scores, "--targets", fixture.Ids, "--lengths", fixture.Lengths, "--json").Json;
        Assert.Equal(Math.Log(4), Real(json, "loss")!.Value, 12);
        Assert.Equal(5 * Math.Log(4), Real(json, "sum")!.Value, 12);
        Assert.Equal(4, Real(json, "perplexity")!.Value, 12);
        Assert.Equal(2, Real(json, "bitsPerToken")!.Value, 12);
        // The first of equal scores is the prediction: id 0 is right, once inside the lengths.
        Assert.Equal(0.2, Real(json, "accuracy")!.Value, 12);
        Assert.Equal("mean", json.GetProperty("reduction").GetString());
    }

    [Theory]
    [InlineData("sum", null)]
    [InlineData("mean", 5.0)]
    [InlineData("mean-batch", 2.0)]
    [InlineData("mean-per-example", 2.0)]
    [InlineData("mean-nonzero", 5.0)]
    [InlineData("mean-valid", 5.0)]
    [InlineData("mean-elements", 6.0)]
    public void Scalars_AreNumbersWithTheirDivisor(string reduction, double? divisor)
    {
        JsonElement json = fixture.Run("--lengths", fixture.Lengths, "--reduction", reduction, "--json").Json;
        Assert.Equal(reduction, json.GetProperty("reduction").GetString());
        Assert.Equal(divisor, Real(json, "divisor"));
        Assert.NotNull(Real(json, "loss"));
        if (reduction != "mean-per-example")
        {
            Assert.Equal(Real(json, "sum")!.Value / (divisor ?? 1), Real(json, "loss")!.Value, 15);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("per-example")]
    [InlineData("per-example-sum")]
    [InlineData("per-example-nonzero")]
    [InlineData("per-timestep")]
    [InlineData("per-timestep-nonzero")]
    public void Arrays_HaveNoLossAndNoDivisor(string reduction)
    {
        JsonElement json = fixture.Run("--reduction", reduction, "--json").Json;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("loss").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("divisor").ValueKind);
        Assert.NotNull(Real(json, "mean"));
    }

    [Fact]
    public void ClassWeightMean_DividesByTheMassOfTheDistributions()
    {
        JsonElement json = fixture.RunDense("--class-weights", fixture.ClassWeights, "--reduction", "mean-class-weight", "--json").Json;
        // Σ_c classWeight·q of the six rows: 1, 0, 0.25 + 0.5 + 0.25, 0.5, 0, 0.1 + 0.4 + 0.15 + 1.2.
        Assert.Equal(4.35, Real(json, "divisor")!.Value, 6);
    }

    [Fact]
    public void Regression_HasNoLikelihood()
    {
        JsonElement json = fixture.RunRegression("--kind", "mse", "--json").Json;
        foreach (string name in (string[])["negativeLogLikelihood", "correct", "perplexity", "bitsPerToken", "accuracy"])
        {
            Assert.Equal(JsonValueKind.Null, json.GetProperty(name).ValueKind);
        }
    }

    [Theory]
    [InlineData("zero", "0", "0")]
    [InlineData("nan", "\"NaN\"", "\"NaN\"")]
    public void NothingCounted_FollowsThePolicy(string policy, string loss, string mean)
    {
        string lengths = fixture.Folder.Save("zeros.npy", "2", new byte[2]);
        JsonElement json = fixture.Run("--lengths", lengths, "--empty", policy, "--json").Json;
        Assert.Equal(loss, json.GetProperty("loss").GetRawText());
        Assert.Equal(mean, json.GetProperty("mean").GetRawText());
        Assert.Equal("0", json.GetProperty("divisor").GetRawText());
        foreach (string name in (string[])["perplexity", "bitsPerToken", "accuracy"])
        {
            Assert.Equal(JsonValueKind.Null, json.GetProperty(name).ValueKind);
        }
    }

    [Fact]
    public void NumbersThatJsonLacks_AreStrings()
    {
        string scores = fixture.Folder.Save("infinite.npy", "1,1,2", new float[] { float.NegativeInfinity, 0 });
        string target = fixture.Folder.Save("target.npy", "1,1", new int[] { 0 });
        string weight = fixture.Folder.Save("weight.npy", "1,1", new float[] { -1 });
        JsonElement json = ToolRun.Of("loss", "--scores", scores, "--targets", target, "--json").Json;
        Assert.Equal("\"Infinity\"", json.GetProperty("loss").GetRawText());
        Assert.Equal("\"Infinity\"", json.GetProperty("perplexity").GetRawText());
        JsonElement negative = ToolRun.Of(
            "loss", "--scores", scores, "--targets", target, "--weights", weight, "--reduction", "sum", "--json").Json;
        Assert.Equal("\"-Infinity\"", negative.GetProperty("loss").GetRawText());
    }

    [Fact]
    public void Numbers_ComeBackAsTheyWere()
    {
        ToolRun run = fixture.Run("--output", fixture.PathOf("loss.npy"), "--json");
        Assert.Equal(Assert.Single(ArrayFile.Load(fixture.PathOf("loss.npy")).Values), Real(run.Json, "loss")!.Value);
    }
}
