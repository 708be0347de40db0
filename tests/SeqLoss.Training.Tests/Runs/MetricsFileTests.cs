using System;
using System.IO;
using System.Linq;
using SeqLoss.Training.Runs;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests.Runs;

public sealed class MetricsFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Resumed_DropsWhatIsDoneAgain()
    {
        Write(from: 0, to: 30);
        File.AppendAllText(path, "{\"kind\":\"training\",\"st"); // a line that a failure cut short
        Write(from: 20, to: 25);
        Assert.Equal([10, 20, 25], Steps());
    }

    [Fact]
    public void Resumed_ReplacesTheFileAsAWhole()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // a file that is read is not replaced there
        }

        // Whoever has the old file open, as a failure in the middle would leave it, has all of it.
        Write(from: 0, to: 30);
        byte[] whole = File.ReadAllBytes(path);
        using FileStream old = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Write(from: 20, to: 25);
        byte[] left = new byte[whole.Length];
        Assert.Equal(whole.Length, old.ReadAtLeast(left, whole.Length, throwOnEndOfStream: false));
        Assert.Equal(whole, left);
    }

    [Fact]
    public void Validation_StandsBehindTheStepsBeforeIt()
    {
        using (MetricsFile file = new(path, 0))
        {
            file.Report(Step(1));
            file.Report(new TrainingProgress { Step = 1, Validation = new ValidationResult(), Duration = TimeSpan.FromSeconds(1) });
            file.Report(Step(2));
        }

        Assert.Equal(["training", "validation", "training"], File.ReadLines(path).Select(line => line.Split('"')[3]));
        Assert.Equal([1, 1, 2], Steps());
    }

    private static TrainingProgress Step(int step) => new() { Step = step, Duration = TimeSpan.FromSeconds(1) };

    private void Write(int from, int to)
    {
        using MetricsFile file = new(path, from);
        for (int step = from + 1; step <= to; step++)
        {
            file.Report(Step(step));
        }
    }

    private int[] Steps() => [.. File.ReadLines(path).Select(line => int.Parse(line.Split("\"step\":")[1].Split(',')[0]))];
}
