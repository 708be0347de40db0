using System;
using System.IO;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Examples;
using SeqLoss.Training.Runs;
using Xunit;

namespace SeqLoss.Training.Tests.Runs;

public sealed class RunConfigurationTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void LeftOut_IsThePresetOfTheExample()
    {
        RunConfiguration read = Read("""{ "training": { "steps": 7 }, "data": { "seed": 9 } }""");
        Assert.Equal(
            DatePreset.Run with { Training = DatePreset.Run.Training with { Steps = 7 }, Data = new DateData { Seed = 9 } }, read);
        Assert.Equal(DatePreset.Run, Read("{}"));
    }

    [Fact]
    public void LeftOut_IsOfNoExampleWhereTheTextIsOnesOwn()
    {
        RunConfiguration read = Read("""{ "data": { "kind": "files", "source": "a", "target": "b" }, "model": { "kind": "recurrent" } }""");
        Assert.Equal(new RunConfiguration { Data = new FileData { Source = "a", Target = "b" }, Model = new RecurrentOptions() }, read);
    }

    [Fact]
    public void Written_ReadsTheSame()
    {
        RunConfiguration run = new()
        {
            Data = new TableData { Path = "pairs.tsv", Limit = new() { MaxAffectedShare = 0.5 } },
            Model = new RecurrentOptions { Layers = 2, Seed = ulong.MaxValue },
            Training = new TrainingOptions { Sampling = new SamplingOptions(), Epochs = null, Steps = 3 },
        };
        run.Write(path);
        Assert.Equal(run, RunConfiguration.Read(path));
    }

    [Theory]
    [InlineData("""{"model": {"hiddenSize": 64}}""")]
    [InlineData("""{"data": {"kind": "dates",}, /* comment */ "model": {"hiddenSize": 64}}""")]
    public void OptionsOfTheExamplesOwnModel_NeedNoKind(string text)
        => Assert.Equal(64, Assert.IsType<RecurrentOptions>(Read(text).Model).HiddenSize);

    private RunConfiguration Read(string text)
    {
        File.WriteAllText(path, text);
        return RunConfiguration.Read(path);
    }
}
