using System;
using System.Linq;
using System.Text.Json;
using SeqLoss.Cli.Tests.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Compare;

/// <summary><c>seqloss compare</c> on the data of the third article: two sequences of three steps, the second of length 2.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string scores;
    private readonly string ids;
    private readonly string lengths;

    public CompareCommandTests()
    {
        scores = folder.Save("logits.npy", "2,3,3", new float[]
        {
            1, 0.5f, 2, 0.2f, 1.5f, 0.8f, 0.1f, 0.9f, 0.6f,
            0.8f, 1.2f, 0.3f, 1.1f, 0.7f, 0.9f, 0.5f, 0.2f, 1,
        });
        ids = folder.Save("ids.npy", "2,3", new long[] { 0, 1, 2, 1, 2, 0 });
        lengths = folder.Save("lengths.npy", "2", new long[] { 3, 2 });
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("0.9923", "torch.cross_entropy", 5)]
    [InlineData("0.8269", "keras sum_over_batch_size, padding as sample_weight", 6)]
    [InlineData("4.9616", "marian ce-sum", 1)]
    [InlineData("0.9805", "tf.contrib.legacy_seq2seq.sequence_loss", null)]
    public void EveryNumberOfTheArticle_HasItsConvention(string expected, string convention, int? divisor)
    {
        JsonElement row = Rows("--lengths", lengths, "--expect", expected)
            .Single(each => each.GetProperty("convention").GetString() == convention);
        Assert.True(row.GetProperty("isExpected").GetBoolean());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("nearMiss").ValueKind);
        Assert.Equal(double.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), row.GetProperty("value").GetDouble(), 4);
        Assert.Equal(divisor, row.GetProperty("divisor").ValueKind == JsonValueKind.Null ? null : row.GetProperty("divisor").GetInt32());
    }

    [Fact]
    public void WithoutExpectation_NothingIsMarked()
    {
        JsonElement[] rows = Rows("--lengths", lengths);
        Assert.Equal("seqloss mean", rows[0].GetProperty("convention").GetString());
        Assert.All(rows, row => Assert.False(row.GetProperty("isExpected").GetBoolean()));
        Assert.All(rows, row => Assert.Equal(JsonValueKind.Null, row.GetProperty("nearMiss").ValueKind));
    }

    [Fact]
    public void CountedPadding_IsNamed()
    {
        // The sixth token costs 1.2207: (4.9616 + 1.2207) / 6, were it counted, as a convention of PyTorch.
        string message = ToolRun.Of("compare", "--scores", scores, "--targets", ids, "--lengths", lengths, "--expect", "1.0304").Output;
        Assert.Contains("No convention gives 1.0304, but these do", message, StringComparison.Ordinal);
        Assert.Contains("padding counted", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheReport_SaysWhoGivesTheNumber()
    {
        ToolRun run = ToolRun.Of("compare", "--scores", scores, "--targets", ids, "--lengths", lengths, "--expect", "0.8269");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains(
            "0.8269 is what keras sum_over_batch_size, padding as sample_weight, optax, jnp.mean gives.",
            run.Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void AStrangeNumber_IsSaidToBeStrange()
    {
        ToolRun run = ToolRun.Of("compare", "--scores", scores, "--targets", ids, "--expect", "77.125");
        Assert.Contains("Neither a convention nor a near miss gives 77.125", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.Status);
    }

    [Fact]
    public void OneHotTargets_HaveTheirConventions()
    {
        float[] oneHot = new float[18];
        foreach ((int id, int token) in new[] { 0, 1, 2, 1, 2 }.Select((id, token) => (id, token)))
        {
            oneHot[(token * 3) + id] = 1;
        }

        string dense = folder.Save("dense.npy", "2,3,3", oneHot);
        JsonElement[] rows = JsonOf("compare", "--scores", scores, "--targets", dense, "--ignore-zero-rows", "--json");
        Assert.Equal(0.9923, ValueOf(rows, "keras mean_with_sample_weight"), 4);
        Assert.Equal(0.8269, ValueOf(rows, "keras sum_over_batch_size, padding as sample_weight"), 4);
        Assert.DoesNotContain(rows, row => row.GetProperty("convention").GetString() == "fairseq sentence_avg");

        // The macro average of the fourth article is of functions that take ids alone: here it is a near miss.
        JsonElement miss = Assert.Single(
            JsonOf("compare", "--scores", scores, "--targets", dense, "--ignore-zero-rows", "--json", "--expect", "0.9805"),
            row => row.GetProperty("isExpected").GetBoolean());
        Assert.Equal("another divisor", miss.GetProperty("nearMiss").GetString());
        Assert.Equal("each sequence by its weights, then their number", miss.GetProperty("dividesBy").GetString());
    }

    [Theory]
    [InlineData(2, "--expect", "two")]
    [InlineData(2, "--reduction", "sum")]
    [InlineData(2, "--kind", "mse")]
    public void WrongUse_IsRefused(int status, params string[] options)
    {
        ToolRun run = ToolRun.Of(["compare", "--scores", scores, "--targets", ids, .. options]);
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.StartsWith("seqloss:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnIdOutOfRange_IsNamedWithItsFile()
    {
        string bad = folder.Save("bad.npy", "2,3", new long[] { 0, 1, 2, 1, 7, 0 });
        ToolRun run = ToolRun.Of("compare", "--scores", scores, "--targets", bad);
        Assert.Equal((3, ""), (run.Status, run.Output));
        Assert.Contains("bad.npy", run.Error, StringComparison.Ordinal);
        Assert.Contains("target[b=1, t=1] is 7", run.Error, StringComparison.Ordinal);
    }

    private static double ValueOf(JsonElement[] rows, string convention)
        => rows.Single(row => row.GetProperty("convention").GetString() == convention).GetProperty("value").GetDouble();

    private static JsonElement[] JsonOf(params string[] arguments)
    {
        ToolRun run = ToolRun.Of(arguments);
        Assert.Equal((0, ""), (run.Status, run.Error));
        return [.. run.Json.EnumerateArray()];
    }

    private JsonElement[] Rows(params string[] options)
        => JsonOf(["compare", "--scores", scores, "--targets", ids, .. options, "--json"]);
}
