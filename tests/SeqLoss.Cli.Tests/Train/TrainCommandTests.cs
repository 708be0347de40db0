using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Cli.Tests.Train;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TrainFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Run_LeavesAModelAndWhatItTook()
    {
        ToolRun run = fixture.Train();
        Assert.Equal(0, run.Status);
        Assert.Equal(
            ["checkpoints", "config.json", "metrics.jsonl", "model.safetensors", "run.json", "tokenizer.json"],
            new DirectoryInfo(fixture.Output).EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
        TrainedModel trained = ModelDirectory.Load(fixture.Output);
        Assert.Equal(4 + 9, trained.Model.Options.Source.VocabularySize);

        // Six lines are a tenth of sixty.
        Assert.StartsWith("seqloss: 60 pairs, 6 of them held out to validate with; 0 dropped", run.Error, StringComparison.Ordinal);
        Assert.Contains("seqloss: step 6: validation ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"next: seqloss translate --model {fixture.Output} < FILE", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Error + run.Output);
        Assert.Contains("│ input", run.Output, StringComparison.Ordinal);
        Assert.Contains(" of 6)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_IsAllOfStandardOutput()
    {
        JsonElement json = fixture.Train("--json", "--steps", "2").Json;
        Assert.Equal(fixture.Output, json.GetProperty("directory").GetString());
        Assert.Equal(("steps", 2, 2), (
            json.GetProperty("end").GetString(), json.GetProperty("steps").GetInt32(), json.GetProperty("bestStep").GetInt32()));
        Assert.Equal(6, json.GetProperty("tests")[0].GetProperty("pairs").GetInt32());
        Assert.Equal(6, json.GetProperty("examples").GetArrayLength());
        JsonElement example = json.GetProperty("examples")[0];
        Assert.Equal(
            string.Concat(example.GetProperty("input").GetString()!.Reverse()), example.GetProperty("truth").GetString());
    }

    [Fact]
    public void Metrics_HaveEveryValidationAndAllSteps()
    {
        fixture.Train();
        string file = Path.Combine(fixture.Output, "metrics.jsonl");
        JsonElement[] lines = [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["training 3", "validation 3", "training 6", "validation 6"],
            lines.Select(line => $"{line.GetProperty("kind").GetString()} {line.GetProperty("step").GetInt32()}"));
        Assert.All(lines, line => Assert.True(line.GetProperty("natsPerToken").GetDouble() > 0));
    }

    [Fact]
    public void Resumed_IsTheSameAsUninterrupted()
    {
        Assert.Equal(0, fixture.Train().Status);
        string whole = fixture.Output + "-whole";
        Directory.Move(fixture.Output, whole);
        Assert.Equal(0, fixture.Train("--steps", "3").Status);
        Assert.NotEqual(TrainFixture.Parameters(whole), TrainFixture.Parameters(fixture.Output));

        // No configuration is given: the folder has it.
        ToolRun resumed = ToolRun.Of("train", "--resume", "--output", fixture.Output, "--threads", "2", "--steps", "6");
        Assert.Equal(0, resumed.Status);
        Assert.Contains("seqloss: steps was 3 and is 6 now, which is used", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("step-00000003.safetensors, step 3\n", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(TrainFixture.Parameters(whole), TrainFixture.Parameters(fixture.Output));
    }

    [Fact]
    public void Resumed_KeepsTheVocabulary()
    {
        fixture.Train("--steps", "2");
        string tokenizer = Path.Combine(fixture.Output, "tokenizer.json");
        byte[] before = File.ReadAllBytes(tokenizer);
        File.AppendAllLines(fixture.Source, ["xyz"]);
        File.AppendAllLines(fixture.Target, ["zyx"]);
        ToolRun resumed = fixture.Train("--resume", "--steps", "4");
        Assert.Equal(0, resumed.Status);
        Assert.Equal(before, File.ReadAllBytes(tokenizer));
        Assert.Contains("61 pairs", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("3 and 3 of the text unknown", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("seqloss: the corpus had 54 pairs in ", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Resumed_SaysWhatIsNotUsedAnyMore()
    {
        fixture.Train("--steps", "2");
        string configuration = Path.Combine(fixture.Output, "run.json");
        string begun = File.ReadAllText(configuration);
        fixture.Configure(data: ", \"tokens\": \"words\", \"heldOutPairs\": 5", model: TrainFixture.Model + ", \"seed\": 7");
        ToolRun resumed = fixture.Train("--resume", "--steps", "4");
        Assert.Equal(0, resumed.Status);
        const string NotUsed = "which is not used: the vocabulary and the weights are those that there are";
        string[] notes = [.. resumed.Error.Split('\n').Where(line => line.Contains(" now, which is ", StringComparison.Ordinal))];
        Assert.Equal(
            [
                "seqloss: data.heldOutPairs was 1000 and is 5 now, which is used",
                $"seqloss: data.tokens was \"characters\" and is \"words\" now, {NotUsed}",
                $"seqloss: model.seed was 1 and is 7 now, {NotUsed}",
                "seqloss: steps was 2 and is 4 now, which is used",
            ],
            notes);
        Assert.Contains("13 target characters", resumed.Error, StringComparison.Ordinal);

        // What is written is what was used.
        string used = begun
            .Replace("\"heldOutPairs\": 1000", "\"heldOutPairs\": 5", StringComparison.Ordinal)
            .Replace("\"steps\": 2", "\"steps\": 4", StringComparison.Ordinal);
        Assert.Equal(used, File.ReadAllText(configuration));
        Assert.Equal(1ul, ModelDirectory.Load(fixture.Output).Model.Options.Seed);
    }

    [Fact]
    public void Model_IsThatOfTheBestValidation()
    {
        // Nothing gains as much as a thousand nats: the first validation stays the best.
        const string Training = "\"steps\": 6, \"epochs\": null, \"validation\": {\"everySteps\": 3, \"minimumDelta\": 1000}";
        fixture.Configure(training: Training);
        Assert.Equal(3, fixture.Train("--json").Json.GetProperty("bestStep").GetInt32());
        byte[] best = TrainFixture.Parameters(fixture.Output);
        Directory.Delete(fixture.Output, recursive: true);
        fixture.Train("--steps", "3");
        Assert.Equal(best, TrainFixture.Parameters(fixture.Output));
    }

    [Fact]
    public void Epochs_AreEnoughForACosine()
    {
        fixture.Configure(training: "\"steps\": 6, \"schedule\": {\"kind\": \"cosine\", \"warmUpSteps\": 0}");
        ToolRun run = fixture.Train("--epochs", "1");
        Assert.Equal(0, run.Status);
        Assert.Contains("seqloss: the last epoch is done after step ", run.Error, StringComparison.Ordinal);
        JsonElement[] lines =
        [
            .. File.ReadLines(Path.Combine(fixture.Output, "metrics.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("kind").GetString() == "training"),
        ];
        Assert.InRange(lines[^1].GetProperty("learningRate").GetDouble(), 0, 1e-12);
    }

    [Fact]
    public void Seed_ChoosesWeightsAndOrder()
    {
        fixture.Train("--steps", "1", "--seed", "7");
        JsonElement run = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Output, "run.json"))).RootElement;
        Assert.Equal(7, run.GetProperty("training").GetProperty("seed").GetInt32());
        Assert.Equal(7ul, ModelDirectory.Load(fixture.Output).Model.Options.Seed);
        string first = fixture.Output + "-7";
        Directory.Move(fixture.Output, first);
        fixture.Train("--steps", "1", "--seed", "8");
        Assert.NotEqual(TrainFixture.Parameters(first), TrainFixture.Parameters(fixture.Output));
    }

    [Fact]
    public void TextFiles_NeedNoConfiguration()
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), fixture.Source);
        ToolRun run = ToolRun.Of(
            "train", "--source", relative, "--target", fixture.Target, "--validation-source", fixture.Source, "--validation-target",
            fixture.Target, "--tokens", "words", "--steps", "1", "--output", fixture.Output);
        Assert.Equal(0, run.Status);
        Assert.Contains("60 pairs, 60 more to validate with", run.Error, StringComparison.Ordinal);
        Assert.Contains(" target words,", run.Error, StringComparison.Ordinal);

        // The run can be resumed from another folder.
        string configuration = File.ReadAllText(Path.Combine(fixture.Output, "run.json"));
        Assert.Contains($"\"source\": \"{fixture.Source}\"", configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_IsTextToo()
    {
        string table = fixture.PathOf("pairs.tsv");
        File.WriteAllLines(
            table, File.ReadLines(fixture.Source).Zip(File.ReadLines(fixture.Target), (source, target) => $"{source}\t{target}"));
        string config = File.ReadAllText(fixture.Configuration);
        int start = config.IndexOf("\"kind\": \"files\"", StringComparison.Ordinal);
        int end = config.IndexOf('}', start);
        string data = $"\"kind\": \"table\", \"path\": \"{table}\", \"heldOutPairs\": 0";
        File.WriteAllText(fixture.Configuration, config[..start] + data + config[end..]);
        ToolRun run = fixture.Train();
        Assert.Equal(0, run.Status);
        Assert.Contains("60 pairs, none to validate with", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void PairsBeyondThePositions_DoNotEndTheReport()
    {
        // Sources have up to seven letters and their end; one that is dropped from the validation has nine.
        string name = JsonSerializer.Serialize(fixture.Write("validation.txt", "abc\nabcdefghi\ncba\n"));
        const string Limit = "\"limit\": {\"maxSourceLength\": 8, \"maxTargetLength\": 8, \"maxAffectedShare\": 0.5}";
        fixture.Configure(
            $", {Limit}, \"validationSource\": {name}, \"validationTarget\": {name}", TrainFixture.Model + ", \"learnedPositions\": 8");
        ToolRun run = fixture.Train("--json");
        Assert.Equal(0, run.Status);
        Assert.Contains("60 pairs, 2 more to validate with", run.Error, StringComparison.Ordinal);
        JsonElement test = run.Json.GetProperty("tests")[0];
        Assert.Equal((3, 1), (test.GetProperty("pairs").GetInt32(), test.GetProperty("tooLong").GetInt32()));
        Assert.Equal(JsonValueKind.Null, run.Json.GetProperty("examples")[1].GetProperty("output").ValueKind);
        string table = fixture.Train("--resume", "--steps", "7").Output;
        Assert.Contains(" of 3; 1 too long to translate, not right)", table, StringComparison.Ordinal);
    }

    [Fact]
    public void LongTargets_AreAskedForInTheNextCommand()
    {
        string source = fixture.Write("long-source.txt", "abc\nab\n");
        string target = fixture.Write("long-target.txt", $"cba\n{new string('a', 60)}\n");
        fixture.Configure(
            $", \"validationSource\": {JsonSerializer.Serialize(source)}, \"validationTarget\": {JsonSerializer.Serialize(target)}");
        ToolRun run = fixture.Train("--steps", "1");
        Assert.Equal(0, run.Status);
        Assert.EndsWith($"--model {fixture.Output} --max-length 61 < FILE\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopped_BeforeTheFirstStep_WritesNothing()
    {
        ToolRun run = ToolRun.Cancelled("train", fixture.Configuration, "--output", fixture.Output);
        Assert.Equal((130, "seqloss: stopped; no output has been written.\n"), (run.Status, run.Error));
        Assert.False(Directory.Exists(fixture.Output));
    }
}
