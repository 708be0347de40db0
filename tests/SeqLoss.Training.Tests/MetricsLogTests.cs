using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class MetricsLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqloss-metrics");

    private string FilePath => Path.Combine(_folder.FullName, "metrics.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Lines_SumUpStepsAndGiveValidations()
    {
        using (MetricsLog log = new(FilePath, everySteps: 2))
        {
            for (int step = 1; step <= 3; step++)
            {
                log.Report(Step(step));
            }

            log.Report(new()
            {
                Step = 3,
                Validation = new() { Sum = new() { Sum = 6, Weight = 4, NegativeLogLikelihood = 6, TokenWeight = 4 }, Sequences = 1 },
                IsBest = true,
            });
            log.Report(Step(4));
        }

        JsonNode[] lines = [.. File.ReadAllLines(FilePath).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([2, 3, 3, 4], lines.Select(line => (int)line["step"]!));

        // 2 tokens of 1 nat, then 4 tokens of 2 nats: 10 nats for 6 tokens, not the mean of the means.
        Assert.Equal(10 / 6.0, (double)lines[0]["loss"]!, 1e-12);
        Assert.Equal(6, (int)lines[0]["tokens"]!);
        Assert.Equal(0.2, (double)lines[0]["learningRate"]!);
        Assert.Equal(1.5, (double)lines[0]["seconds"]!);
        Assert.Equal(3, (double)lines[1]["loss"]!);
        Assert.Equal(1.5, (double)lines[2]["validationLoss"]!);
        Assert.Equal(Math.Exp(1.5), (double)lines[2]["perplexity"]!, 1e-12);
        Assert.Null(lines[2]["sequenceAccuracy"]);
        Assert.True((bool)lines[2]["isBest"]!);
    }

    [Fact]
    public void AResumedRun_LosesLinesOfLaterStepsAndBrokenOnes()
    {
        File.WriteAllText(FilePath, "{\"step\":5}\n{\"step\":10}\n{\"step\":15}\n{\"step\":2");
        using (MetricsLog log = new(FilePath, step: 10, everySteps: 1))
        {
            log.Report(Step(11));
        }

        Assert.Equal([5, 10, 11], File.ReadAllLines(FilePath).Select(line => (int)JsonNode.Parse(line)!["step"]!));
    }

    private static TrainingProgress Step(int step) => new()
    {
        Step = step,
        Loss = new() { Sum = 2 * step * step, Weight = 2 * step, Tokens = 2 * step },
        LearningRate = step / 10.0,
        Duration = TimeSpan.FromSeconds(step / 2.0),
    };
}
