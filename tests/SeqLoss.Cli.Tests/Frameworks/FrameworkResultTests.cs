using System;
using System.Linq;
using System.Text.Json;
using SeqLoss.Cli.Tests.Loss;
using Xunit;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>What <c>seqloss loss --as</c> gives, against the tool's own options.</summary>
public sealed class FrameworkResultTests : IDisposable
{
    private readonly FrameworkFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData(
        "--as torch.cross_entropy --scores {bvt} --targets {ids} --class-weights {class-weights} --set ignore_index=2 label_smoothing=0.1",
        "--scores {scores} --targets {ids} --class-weights {class-weights} --ignore-index 2 --label-smoothing 0.1")]
    [InlineData(
        "--as nn.CrossEntropyLoss --scores {nv} --targets {n-ids} --set reduction=sum",
        "--scores {scores} --targets {ids} --reduction sum")]
    [InlineData(
        "--as tf.sequence_loss --scores {scores} --targets {ids} --weights {weights}",
        "--scores {scores} --targets {ids} --weights {weights}")]
    [InlineData(
        "--as tf.sequence_loss --scores {scores} --targets {ids} --lengths {lengths}",
        "--scores {scores} --targets {ids} --lengths {lengths}")]
    [InlineData(
        "--as tf.legacy_sequence_loss --scores {tbv} --targets {tb-ids} --lengths {lengths}",
        "--scores {scores} --targets {ids} --lengths {lengths} --reduction mean-per-example")]
    [InlineData(
        "--as tf.legacy_sequence_loss --scores {tbv} --targets {tb-ids} --weights {tb-weights} --set average_across_timesteps=False",
        "--scores {scores} --targets {ids} --weights {weights} --reduction mean-batch")]
    [InlineData(
        "--as tf.legacy_sequence_loss --layout btv --scores {scores} --targets {ids} --lengths {lengths}",
        "--scores {scores} --targets {ids} --lengths {lengths} --reduction mean-per-example")]
    [InlineData(
        "--as tfa.SequenceLoss --scores {scores} --targets {distributions} --weights {weights}",
        "--scores {scores} --targets {distributions} --weights {weights} --reduction mean-nonzero")]
    [InlineData(
        "--as keras.CategoricalCrossentropy --scores {scores} --targets {distributions} --weights {weights} --set from_logits=True",
        "--scores {scores} --targets {distributions} --weights {weights} --reduction mean-elements")]
    [InlineData(
        "--as keras.SparseCategoricalCrossentropy --scores {scores} --targets {ids} --set from_logits=True ignore_class=2",
        "--scores {scores} --targets {ids} --ignore-index 2 --reduction mean-valid")]
    [InlineData(
        "--as keras.Huber --scores {scores} --targets {values} --mask {mask} --set delta=0.5",
        "--kind huber --delta 0.5 --scores {scores} --targets {values} --mask {mask} --reduction mean-valid")]
    [InlineData(
        "--as fairseq.label_smoothed_cross_entropy --scores {scores} --targets {ids} --set padding_idx=2 label_smoothing=0.1",
        "--scores {scores} --targets {ids} --ignore-index 2 --label-smoothing 0.1 --smoothing others --reduction sum")]
    [InlineData(
        "--as joeynmt.XentLoss --scores-are logits --scores {scores} --targets {ids} --set pad_index=2 normalization=tokens",
        "--scores {scores} --targets {ids} --ignore-index 2 --reduction mean-valid")]
    [InlineData(
        "--as marian.cross_entropy --scores {tbv} --targets {tb-ids} --lengths {lengths} --set cost-type=ce-mean label_smoothing=0.1",
        "--scores {scores} --targets {ids} --lengths {lengths} --label-smoothing 0.1 --reduction mean-batch")]
    [InlineData(
        "--as liger.cross_entropy --scores {nv} --targets {n-ids} --set lse_square_scale=0.01 softcap=3",
        "--scores {scores} --targets {ids} --z-loss 0.01 --soft-cap 3")]
    [InlineData(
        "--as tfjs.softmaxCrossEntropy --scores {scores} --targets {distributions} --set weights=2 reduction=SUM",
        "--scores {scores} --targets {distributions} --weights {twos} --reduction sum")]
    public void Function_GivesTheNumberOfOptions(string framework, string options)
    {
        fixture.Small.Folder.Save("twos.npy", "2,3", Enumerable.Repeat(2f, 6).ToArray());
        ToolRun given = fixture.Run($"{framework} --json");
        ToolRun own = fixture.Run($"{options} --json");
        Assert.Equal((0, "", 0, ""), (given.Status, given.Error, own.Status, own.Error));
        Assert.Equal(own.Json.GetProperty("loss").GetDouble(), given.Json.GetProperty("loss").GetDouble(), 1e-9);
        Assert.Equal(own.Json.GetProperty("tokens").GetInt64(), given.Json.GetProperty("tokens").GetInt64());
    }

    [Fact]
    public void Gradient_IsOfTheFrameworksNumber_AndTakesUpstream()
    {
        string upstream = fixture.Small.Folder.Save("upstream.npy", "2,3", ArrayFile.Noise(6, seed: 9));
        ToolRun given = fixture.Run(
            "--as tf.sparse_softmax_cross_entropy_with_logits --scores {scores} --targets {ids} "
            + $"--gradient {{g}} --output {{o}} --upstream {upstream}");
        ToolRun own = fixture.Run(
            $"--scores {{scores}} --targets {{ids}} --reduction none --gradient {{h}} --output {{p}} --upstream {upstream}");
        Assert.Equal((0, 0), (given.Status, own.Status));
        AssertSame("g.npy", "h.npy", "<f4", "2, 3, 4");
        AssertSame("o.npy", "p.npy", "<f8", "2, 3");
    }

    [Fact]
    public void LogProbs_AreLogitsLessTheirLogSumExp()
    {
        ToolRun run = fixture.Run("--as SoftmaxCrossEntropyLoss --scores {nv} --targets {n-ids} --log-probs {l}");
        Assert.Equal(0, run.Status);
        (string type, string shape, double[] values) = ArrayFile.Load(fixture.PathOf("l.npy"));
        Assert.Equal(("<f4", "6, 4"), (type, shape));
        double[] first = [.. LossFixture.Logits.Take(4).Select(logit => (double)logit)];
        double logSumExp = Math.Log(first.Sum(Math.Exp));
        Assert.All(Enumerable.Range(0, 4), v => Assert.Equal(first[v] - logSumExp, values[v], 1e-6));
        Assert.Contains("log-probabilities: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_IsTheObjectOfLosses_AndTheName()
    {
        ToolRun own = fixture.Run("--scores {scores} --targets {ids} --json");
        ToolRun given = fixture.RunTorch("--json");
        string[] names = [.. own.Json.EnumerateObject().Select(field => field.Name)];
        Assert.Equal([.. names, "convention"], given.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("torch.cross_entropy", given.Json.GetProperty("convention").GetString());
        Assert.Equal("mean", given.Json.GetProperty("reduction").GetString());
        Assert.Equal(6, given.Json.GetProperty("divisor").GetDouble());
    }

    [Theory]
    [InlineData("--as torch.cross_entropy --scores {bvt} --targets {ids} --set reduction=none", "none", null)]
    [InlineData("--as torch.cross_entropy --scores {bvt} --targets {ids} --set reduction=sum", "sum", null)]
    [InlineData("--as keras.MeanSquaredError --scores {scores} --targets {values}", "sum_over_batch_size", 6.0)]
    [InlineData("--as tfa.sequence_loss --scores {scores} --targets {ids} --weights {weights} --set average_across_batch=0",
        "average_across_timesteps", null)]
    [InlineData("--as fairseq.cross_entropy --scores {scores} --targets {ids} --set padding_idx=3 ntokens=7", "sum", 7.0)]
    [InlineData("--as fairseq.cross_entropy --scores {scores} --targets {ids} --set padding_idx=2", "sum", 4.0)]
    [InlineData("--as optax.l2_loss --scores {scores} --targets {values}", "none", null)]
    public void Json_NamesTheReductionAndTheDivisor(string options, string reduction, double? divisor)
    {
        JsonElement json = fixture.Run($"{options} --json").Json;
        Assert.Equal(reduction, json.GetProperty("reduction").GetString());
        JsonElement given = json.GetProperty("divisor");
        Assert.Equal(divisor, given.ValueKind == JsonValueKind.Null ? null : given.GetDouble());
    }

    [Fact]
    public void EmptyMean_IsTheFrameworks()
    {
        string none = fixture.Small.Folder.Save("none.npy", "2,3", new float[6]);
        string ids = fixture.Small.Folder.Save("zeros.npy", "2,3", new long[6]);
        ToolRun nan = fixture.Run($"--as torch.cross_entropy --scores {{bvt}} --targets {ids} --set ignore_index=0 --json");
        Assert.Equal("NaN", nan.Json.GetProperty("loss").GetString());
        ToolRun zero = fixture.Run($"--as tfa.sequence_loss --scores {{scores}} --targets {{ids}} --weights {none} --json");
        Assert.Equal(0, zero.Json.GetProperty("loss").GetDouble());
        Assert.Equal(JsonValueKind.Null, zero.Json.GetProperty("mean").ValueKind);
    }

    [Fact]
    public void Scalar_HasNoAxis()
    {
        string logits = fixture.Small.Folder.Save("v.npy", "4", LossFixture.Logits.Take(4).ToArray());
        string id = fixture.Small.Folder.Save("id.npy", "", new long[] { 1 });
        ToolRun run = fixture.Run(
            $"--as optax.softmax_cross_entropy_with_integer_labels --scores {logits} --targets {id} --output {{o}} --json");
        Assert.Equal((0, ""), (run.Status, run.Error));
        (string _, string shape, double[] values) = ArrayFile.Load(fixture.PathOf("o.npy"));
        Assert.Equal("", shape);
        Assert.Equal(run.Json.GetProperty("loss").GetDouble(), Assert.Single(values));
    }

    [Fact]
    public void FloatingPointIds_AreConvertedWhereTheFrameworkDoes()
    {
        string ids = fixture.Small.Folder.Save("float-ids.npy", "2,3,1", Array.ConvertAll(LossFixture.IdValues, id => (double)id));
        ToolRun given = fixture.Run(
            $"--as keras.SparseCategoricalCrossentropy --scores {{scores}} --targets {ids} --set from_logits=1 --json");
        ToolRun own = fixture.Run("--scores {scores} --targets {ids} --json");
        Assert.Equal(own.Json.GetProperty("loss").GetDouble(), given.Json.GetProperty("loss").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("2,3,4", "2,3", "-1")]
    [InlineData("2,4,3", "2,3", "1")]
    [InlineData("4,6", "6", "0")]
    public void ClassesThatAreNotThere_LeaveTheNormaliser(string shape, string idShape, string axis)
    {
        bool[] where = [.. Enumerable.Range(0, 24).Select(i => i % 5 != 2)];
        string scores = fixture.Small.Folder.Save("s.npy", shape, LossFixture.Logits);
        string ids = fixture.Small.Folder.Save("i.npy", idShape, LossFixture.IdValues);
        string mask = fixture.Small.Folder.Save("w.npy", shape, where);
        ToolRun run = fixture.Run(
            $"--as optax.softmax_cross_entropy_with_integer_labels --scores {scores} --targets {ids} --mask {mask} "
            + $"--set axis={axis} --output {{o}}");
        Assert.Equal((0, ""), (run.Status, run.Error));
        (string _, string _, double[] losses) = ArrayFile.Load(fixture.PathOf("o.npy"));
        for (int position = 0; position < 6; position++)
        {
            int inner = axis switch { "-1" => 1, "1" => 3, _ => 6 };
            int[] row = [.. Enumerable.Range(0, 4).Select(v => (((position / inner * 4) + v) * inner) + (position % inner))];
            double logSumExp = Math.Log(row.Where(i => where[i]).Sum(i => Math.Exp(LossFixture.Logits[i])));
            double label = LossFixture.Logits[row[LossFixture.IdValues[position]]];
            Assert.Equal(logSumExp - label, losses[position], 1e-6);
        }
    }

    [Fact]
    public void SeveralAxes_AreOneOfClasses()
    {
        string dense = fixture.Small.Folder.Save("dense.npy", "2,3,4", LossFixture.DistributionValues);
        ToolRun given = fixture.Run(
            $"--as optax.softmax_cross_entropy --scores {{scores}} --targets {dense} --set axis=(1,2) --output {{o}}");
        string rows = fixture.Small.Folder.Save("rows.npy", "2,12", LossFixture.Logits);
        string targets = fixture.Small.Folder.Save("row-targets.npy", "2,12", LossFixture.DistributionValues);
        ToolRun own = fixture.Run($"--layout nv --scores {rows} --targets {targets} --reduction none --output {{p}}");
        Assert.Equal((0, 0), (given.Status, own.Status));
        Assert.Equal(ArrayFile.Load(fixture.PathOf("p.npy")).Values, ArrayFile.Load(fixture.PathOf("o.npy")).Values);
    }

    [Fact]
    public void Report_NamesTheFunctionItsDivisorAndItsArguments()
    {
        ToolRun run = fixture.RunTorch("--class-weights {class-weights} --set ignore_index=0");
        Assert.Equal(0, run.Status);
        Assert.Contains("torch.cross_entropy of [2, 4, 3] float32", run.Output, StringComparison.Ordinal);
        Assert.Contains("= the class weights of the targets that are not ignored", run.Output, StringComparison.Ordinal);
        Assert.Contains("ignore_index=0", run.Output, StringComparison.Ordinal);
        Assert.Contains("4 of 6 positions", run.Output, StringComparison.Ordinal);
    }

    private void AssertSame(string given, string own, string type, string shape)
    {
        (string givenType, string givenShape, double[] givenValues) = ArrayFile.Load(fixture.PathOf(given));
        (string _, string _, double[] ownValues) = ArrayFile.Load(fixture.PathOf(own));
        Assert.Equal((type, shape), (givenType, givenShape));
        Assert.Equal(ownValues.Length, givenValues.Length);
        Assert.All(ownValues.Zip(givenValues), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }
}
