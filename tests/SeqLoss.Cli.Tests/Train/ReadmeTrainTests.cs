using System;
using System.IO;
using System.Linq;
using SeqLoss.Cli.Tests.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Train;

/// <summary>The README's first command trains; here three steps of it.</summary>
public sealed class ReadmeTrainTests
{
    [Fact]
    public void FirstCommand_TrainsTheBuiltInExample()
    {
        string readme = Path.Combine(Repository.Root, "README.md");
        string command = File.ReadLines(readme).First(line => line.StartsWith("dotnet run", StringComparison.Ordinal));
        using TemporaryFolder folder = new();
        string[] arguments = command.Split(" -- ")[1].Split(' ');
        ToolRun run = ToolRun.Of([.. arguments, "--steps", "3", "--output", folder.PathOf("run")]);
        Assert.Equal(0, run.Status);
        Assert.Contains("│ söndag den 22 november 1998 │", run.Output, StringComparison.Ordinal);
        Assert.Contains("seqloss: 100,000 pairs, ", run.Error, StringComparison.Ordinal);
        Assert.Contains("days never trained on", run.Output, StringComparison.Ordinal);
        Assert.Contains("formats never trained on", run.Output, StringComparison.Ordinal);
    }
}
