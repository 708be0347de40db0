using System;
using System.IO;
using SeqLoss.Cli.Terminals;
using SeqLoss.Cli.Train;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Cli.Tests.Train;

public sealed class TrainingDisplayTests
{
    private static readonly TrainingProgress _step = new()
    {
        Step = 1,
        Loss = new LossSum { NegativeLogLikelihood = 500, TokenWeight = 1000, Tokens = 1000 },
        Duration = TimeSpan.FromMilliseconds(500),
        LearningRate = 0.002,
    };

    [Fact]
    public void Pipe_GetsPlainLines()
    {
        using StringWriter error = new();
        using Trainer trainer = CreateTrainer();
        using (TrainingDisplay display = new(new Terminal(TextWriter.Null, error), trainer) { Interval = TimeSpan.Zero })
        {
            display.Report(_step);
            display.Report(_step with { Step = 2, Loss = _step.Loss with { NegativeLogLikelihood = 250 } });
        }

        string[] lines = error.ToString().TrimEnd().Split('\n');
        Assert.StartsWith(
            "seqloss: step 1 of 4: 0.5000 nats/token, 2,000 target tokens/s, rate 2.0e-03, ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("seqloss: step 2 of 4: 0.2500 nats/token, ", lines[1], StringComparison.Ordinal); // of its own interval
        Assert.All(lines, line => Assert.EndsWith(" s left", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public void Pipe_GetsALineForAnIntervalOfSteps()
    {
        using StringWriter error = new();
        using Trainer trainer = CreateTrainer();
        using TrainingDisplay display = new(new Terminal(TextWriter.Null, error), trainer) { Interval = TimeSpan.FromHours(1) };
        display.Report(_step);
        Assert.Equal("", error.ToString());
        display.Report(new TrainingProgress { Step = 1, Validation = new(), IsBest = true });
        Assert.StartsWith("seqloss: step 1: validation ", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(", the best so far", error.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void ATerminal_GetsABar()
    {
        using StringWriter error = new();
        using Trainer trainer = CreateTrainer();
        using (TrainingDisplay display = new(new Terminal(TextWriter.Null, error) { IsErrorTerminal = true }, trainer))
        {
            display.Report(_step);
            display.Report(new TrainingProgress { Step = 1, Validation = new() });
        }

        Assert.Contains("step 1: validation ", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("seqloss: ", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Two epochs of two steps.</summary>
    private static Trainer CreateTrainer()
    {
        TokenStore side = new();
        for (int i = 0; i < 4; i++)
        {
            side.Add([4, SpecialTokens.End]);
        }

        StepForm form = StepForm.Tokens(5);
        RecurrentOptions model = new() { Source = form, Target = form, EmbeddingSize = 2, HiddenSize = 2, Tying = EmbeddingTying.None };
        BatchPlan plan = new(new PairCorpus(side, side), BatchUnit.Sequences, 2, seed: 1);
        return new Trainer(model.Create(), plan, options: new TrainingOptions { Epochs = 2, Steps = 100 }, threads: 1);
    }
}
