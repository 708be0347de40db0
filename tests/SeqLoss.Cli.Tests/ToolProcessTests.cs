using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using SeqLoss.Cli.Tests.Loss;
using Xunit;

namespace SeqLoss.Cli.Tests;

/// <summary>The tool as the shell runs it: streams, exit statuses, signals.</summary>
public sealed class ToolProcessTests : IDisposable
{
    private readonly LossFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Result_GoesToStandardOutputAlone()
    {
        ToolRun run = await RunAsync("loss", "--scores", fixture.Scores, "--targets", fixture.Ids, "--json");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Equal(JsonValueKind.Number, run.Json.GetProperty("loss").ValueKind);
    }

    [Theory]
    [InlineData(2, "loss --scores", "seqloss: --scores needs a value: --scores F.")]
    [InlineData(
        2,
        "frobnicate",
        "seqloss: 'frobnicate' is no verb of seqloss: the verbs are train, translate, loss, compare, check, conventions and info.")]
    [InlineData(3, "loss --scores no-such-file.npy --targets t.npy", "seqloss: no-such-file.npy: there is no such file; check the path.")]
    public async Task Errors_GoToStandardErrorAlone(int status, string line, string sentence)
    {
        ToolRun run = await RunAsync(line.Split(' '));
        Assert.Equal((status, ""), (run.Status, run.Output));
        Assert.Equal(sentence, run.Error.Split('\n')[0]);
        Assert.DoesNotContain(" at SeqLoss", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullOutput_IsAnError()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        ToolRun run = await ShellAsync($"{Quoted(Command("loss", "--scores", fixture.Scores, "--targets", fixture.Ids))} > /dev/full");
        Assert.Equal(3, run.Status);
        Assert.StartsWith("seqloss: standard output cannot be written (", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("managed", 0, "managed", "")]
    [InlineData("fast", 2, "", "seqloss: SEQLOSS_MATMUL is 'fast'; it has to be managed, onednn or auto.")]
    public async Task Variable_ChoosesTheMatrixMultiply(string value, int status, string multiply, string sentence)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        ToolRun run = await ShellAsync($"SEQLOSS_MATMUL={value} {Quoted(Command("info", "--json"))}");
        Assert.Equal((status, sentence), (run.Status, run.Error.Split('\n')[0]));
        Assert.Equal(multiply, status == 0 ? run.Json.GetProperty("matrixMultiply").GetString() : run.Output);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public async Task Interrupt_EndsCleanly(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A sparse file: 8 GB of zeros that take no room, and seconds to go through.
        string scores = fixture.PathOf("large.npy");
        byte[] header = Npy.NpyImage.Create("<f4", false, [1000, 2000, 1000], []);
        using (FileStream file = File.Create(scores))
        {
            file.Write(header);
            file.SetLength(header.Length + 8_000_000_000);
        }

        string ids = fixture.Folder.Save("large-ids.npy", "1000,2000", new byte[2_000_000]);
        string[] before = Directory.GetFiles(fixture.Folder.FullName);
        using Process process = Start(Command("loss", "--scores", scores, "--targets", ids, "--output", fixture.PathOf("o.npy")));
        while (Directory.GetFiles(fixture.Folder.FullName).Length == before.Length && !process.HasExited)
        {
            await Task.Delay(10);
        }

        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(130, process.ExitCode);
        // On a busy machine lines of progress stand before.
        Assert.EndsWith("seqloss: stopped; no output has been written.\n", await error, StringComparison.Ordinal);
        Assert.Equal(before.Order(), Directory.GetFiles(fixture.Folder.FullName).Order());
    }

    internal static string[] Command(params string[] arguments)
        => [Environment.ProcessPath!, "exec", Path.Combine(AppContext.BaseDirectory, "SeqLoss.Cli.dll"), .. arguments];

    private static Task<ToolRun> RunAsync(params string[] arguments) => FinishAsync(Start(Command(arguments)));

    private static Task<ToolRun> ShellAsync(string line) => FinishAsync(Start(["sh", "-c", line]));

    private static string Quoted(string[] words) => string.Join(' ', words.Select(word => $"'{word}'"));

    internal static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<ToolRun> FinishAsync(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return new ToolRun(process.ExitCode, await output, await error);
        }
    }
}
