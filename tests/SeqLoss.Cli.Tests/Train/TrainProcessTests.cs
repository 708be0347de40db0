using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Cli.Tests.Train;

/// <summary>Training as the shell runs and stops it.</summary>
public sealed class TrainProcessTests : IDisposable
{
    private readonly TrainFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Signal_SavesWhatIsLearned(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string[] command = ["train", fixture.Configuration, "--output", fixture.Output, "--steps", "10000000"];
        using Process process = ToolProcessTests.Start(ToolProcessTests.Command(command));
        string metrics = Path.Combine(fixture.Output, "metrics.jsonl");
        while ((!File.Exists(metrics) || new FileInfo(metrics).Length == 0) && !process.HasExited)
        {
            await Task.Delay(10);
        }

        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(130, process.ExitCode);
        string sentence = (await error).TrimEnd().Split('\n')[^1];
        Assert.StartsWith("seqloss: stopped after step ", sentence, StringComparison.Ordinal);
        Assert.EndsWith($"'seqloss train --resume --output {fixture.Output}' goes on.", sentence, StringComparison.Ordinal);

        ModelDirectory.Load(fixture.Output);
        int step = int.Parse(
            sentence["seqloss: stopped after step ".Length..].Split(';')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        string next = (step + 1).ToString(CultureInfo.InvariantCulture);
        ToolRun resumed = ToolRun.Of("train", "--resume", "--output", fixture.Output, "--steps", next, "--json");
        Assert.Equal(0, resumed.Status);
        Assert.Equal(step + 1, resumed.Json.GetProperty("steps").GetInt32());
    }
}
