using System;
using System.Text.Json;
using SeqLoss.Cli.Info;
using Xunit;

namespace SeqLoss.Cli.Tests.Info;

public sealed class InfoCommandTests
{
    [Fact]
    public void Json_NamesWhatRuns()
    {
        JsonElement json = ToolRun.Of("info", "--json").Json;
        Assert.Equal(Environment.ProcessorCount, json.GetProperty("threads").GetInt32());
        Assert.Equal("0.1.0", json.GetProperty("seqLoss").GetString());
        Assert.StartsWith(".NET 10.", json.GetProperty("runtime").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("10.", json.GetProperty("tensors").GetString(), StringComparison.Ordinal);
        Assert.Contains(json.GetProperty("laneBits").GetInt32(), new[] { 0, 128, 256, 512 });
    }

    [Fact]
    public void Table_HasTheSame()
    {
        ToolRun run = ToolRun.Of("info");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Contains(MachineInfo.InstructionSet, run.Output, StringComparison.Ordinal);
        Assert.Contains(MachineInfo.InstructionSet, new[] { "AVX-512", "AVX2", "SSE4.1", "NEON", "none" });
        Assert.Contains(MachineInfo.Lanes, run.Output, StringComparison.Ordinal);
        Assert.Contains(MachineInfo.Processor, run.Output, StringComparison.Ordinal);
        Assert.Contains("matrix multiply", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Processor_IsTheFirstModelName()
    {
        Assert.Equal("Fast: 3 GHz", MachineInfo.NameIn(["vendor_id : x", "model name\t: Fast: 3 GHz", "model name\t: Second"]));
        Assert.Null(MachineInfo.NameIn(["BogoMIPS : 50"]));
    }
}
