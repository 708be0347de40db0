using System;
using System.IO;
using System.Text.Json;
using Xunit;

namespace SeqLoss.Cli.Tests.Train;

/// <summary>What cannot be trained is said in one sentence, before anything is written.</summary>
public sealed class TrainRefusalTests : IDisposable
{
    private readonly TrainFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("--steps 0", "--steps is 0: it is at least 1.")]
    [InlineData("--steps 1 --epochs 2", "--steps and --epochs are both given: give the one that is to end the training.")]
    [InlineData("--seed -1", "--seed is -1: it is at least 0.")]
    [InlineData("--stepz 3", "'--stepz' is no option of seqloss train: perhaps --steps is meant.")]
    [InlineData("--source a", "--source is given without --target F: add it.")]
    [InlineData("--source a --target b --validation-target c", "--validation-target is given without --validation-source F: add it.")]
    [InlineData("--source a --target b --tokens letters", "--tokens is 'letters': use characters, words.")]
    [InlineData("a.json --tokens words", "--tokens is given beside a.json: name the text in that file, under data.")]
    [InlineData("--resume", "OUTPUT holds no run to go on with: leave --resume out, or name its folder by --output.")]
    public void WrongUse_IsOneSentence(string line, string sentence)
        => AssertRefused(2, sentence, ToolRun.Of(["train", "--output", fixture.Output, .. line.Split(' ')]));

    [Fact]
    public void SecondFile_IsUnexpected()
    {
        ToolRun run = ToolRun.Of("train", "a.json", "b.json");
        AssertRefused(
            2,
            "'b.json' is unexpected: seqloss train takes one CONFIG.json beside its options, and each of them one value at most.",
            run);
    }

    [Fact]
    public void AnotherRun_IsNotOverwritten()
    {
        Directory.CreateDirectory(fixture.Output);
        string file = Path.Combine(fixture.Output, "model.safetensors");
        File.WriteAllText(file, "precious");
        ToolRun run = fixture.Train();
        Assert.Equal((2, "precious"), (run.Status, File.ReadAllText(file)));
        Assert.StartsWith(
            $"seqloss: {fixture.Output} holds a run already: go on with it by --resume, or name another folder by --output.",
            run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownKey_IsRefusedWithTheNearest()
    {
        fixture.Configure(training: "\"stepz\": 6");
        AssertRefused(3, "CONFIG: line 4: the key 'training.stepz' is unknown; perhaps 'steps' is meant.", fixture.Train());
    }

    [Theory]
    [InlineData("\"steps\": 5, \"clipNorm\": -1", "Gradients are clipped to a norm of -1, it has to be above 0.")]
    [InlineData(
        "\"schedule\": {\"kind\": \"cosine\"}, \"steps\": 5",
        "A cosine schedule falls after its warm-up of 400 steps, but training has 5; shorten the warm-up.")]
    [InlineData(
        "\"schedule\": {\"kind\": \"cosine\"}, \"epochs\": 3, \"batchesPerStep\": 1000",
        "A cosine schedule falls after its warm-up of 400 steps, but training has 3; shorten the warm-up.")]
    [InlineData("\"schedule\": {\"warmUpSteps\": 0}", "The warm-up is 0 steps, it has to be at least 1.")]
    public void NumbersOfTraining_AreChecked(string training, string sentence)
    {
        fixture.Configure(training: training);
        AssertRefused(3, $"CONFIG: {sentence}", fixture.Train());
    }

    [Theory]
    [InlineData("\"kind\": \"transformer\", \"heads\": 3", "3 heads do not divide 256 features.")]
    [InlineData(
        "\"kind\": \"transformer\", \"source\": {\"vocabularySize\": 7}",
        "model.source and model.target follow from the data, leave them out.")]
    [InlineData(
        "\"kind\": \"transformer\", \"learnedPositions\": 5, \"modelDimension\": 16",
        "model.learnedPositions is 5, but the longest sequence has 8 tokens: give more, or lower data.limit.")]
    public void NumbersOfModels_AreChecked(string model, string sentence)
    {
        fixture.Configure(model: model);
        AssertRefused(3, $"CONFIG: {sentence}", fixture.Train());
    }

    [Theory]
    [InlineData(", \"heldOutPairs\": -1", "CONFIG: data.heldOutPairs is -1, it has to be at least 0.")]
    [InlineData(", \"maximumVocabulary\": 4", "CONFIG: data.maximumVocabulary is 4, it has to be above 4, the number of special tokens.")]
    [InlineData(", \"limit\": {\"maxSourceLength\": 0}", "CONFIG: data.limit is 0 and 256 tokens, both have to be at least 1.")]
    [InlineData(
        ", \"validationSource\": \"v\"",
        "CONFIG: there is a file of validation sources but none of targets, give both or neither.")]
    public void NumbersOfData_AreChecked(string data, string sentence)
    {
        fixture.Configure(data);
        AssertRefused(3, sentence, fixture.Train());
    }

    [Fact]
    public void UnequalFiles_AreToldApart()
    {
        File.AppendAllText(fixture.Target, "one more\n");
        AssertRefused(
            3,
            "SOURCE has 60 lines and TARGET 61; a pair stands on the same line of both, so add or delete the line where they part.",
            fixture.Train());
    }

    [Fact]
    public void EmptyValidation_IsNotTakenFromTheTrainingText()
    {
        string empty = fixture.Write("empty.txt", "");
        string name = JsonSerializer.Serialize(empty);
        fixture.Configure($", \"validationSource\": {name}, \"validationTarget\": {name}");
        AssertRefused(
            3,
            $"{empty} and {empty}: there are no lines to validate with; "
            + "give some, or name no file to hold pairs out of the training text.",
            fixture.Train());
    }

    [Fact]
    public void LongLine_IsNamedByItsNumber()
    {
        fixture.Configure(", \"limit\": {\"maxSourceLength\": 7, \"longSequences\": \"fail\"}");
        AssertRefused(
            3,
            "SOURCE and TARGET: line 7: the pair has 8 source and 8 target tokens, the limits are 7 and 256; "
            + "raise them, or drop or truncate what is longer.",
            fixture.Train());
    }

    [Fact]
    public void Divergence_NamesTheStep()
    {
        fixture.Configure(training: "\"steps\": 50, \"epochs\": null, \"clipNorm\": null, "
            + "\"optimizer\": {\"kind\": \"sgd\"}, \"schedule\": {\"kind\": \"constant\", \"learningRate\": 1e30, \"warmUpSteps\": 0}");
        ToolRun run = fixture.Train();
        Assert.Equal(3, run.Status);
        Assert.Contains("\nseqloss: step 2: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("in the batch of the lines ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            $" more of {fixture.Source} and {fixture.Target}; lower the learning rate or lengthen its warm-up, and look at these pairs.\n",
            run.Error,
            StringComparison.Ordinal);
    }

    private void AssertRefused(int status, string sentence, ToolRun run)
    {
        Assert.Equal((status, ""), (run.Status, run.Output));
        string expected = sentence
            .Replace("CONFIG:", fixture.Configuration + ":", StringComparison.Ordinal)
            .Replace("SOURCE", fixture.Source, StringComparison.Ordinal)
            .Replace("TARGET", fixture.Target, StringComparison.Ordinal)
            .Replace("OUTPUT", fixture.Output, StringComparison.Ordinal);
        Assert.Equal($"seqloss: {expected}", run.Error.Split('\n')[0]);
        Assert.False(Directory.Exists(fixture.Output));
    }
}
