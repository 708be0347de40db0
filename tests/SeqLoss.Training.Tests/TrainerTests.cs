using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests;

[Collection(Exclusive.Name)]
public sealed class TrainerTests
{
    private static readonly TrainingOptions Plain = new()
    {
        Epochs = null,
        Schedule = new() { Kind = ScheduleKind.Constant, LearningRate = 0.5, WarmUpSteps = 0 },
        Optimizer = new() { Kind = OptimizerKind.Sgd, Momentum = 0 },
        ClipNorm = null,
    };

    [Fact]
    public void Defaults_LearnToReverse()
    {
        using Trainer trainer = new(
            ReverseTask.Model(width: 32), ReverseTask.Plan(4000, 64), ReverseTask.Plan(200, 50, seed: 2), new() { Epochs = 25 });
        List<TrainingProgress> reports = [];
        TrainingEnd end = trainer.Train(new ReverseTask.Listener(reports.Add));
        ValidationResult last = reports[^1].Validation!;
        Assert.Equal(TrainingEnd.Epochs, end);
        Assert.True(last.SequenceAccuracy > 0.9, $"{last.SequenceAccuracy:P1} of the sequences are right, {last.Loss} nats");
        Assert.Equal(25 * 63, trainer.State.Step);
        Assert.Equal(Enumerable.Range(1, 25 * 63).Select(step => (long)step), Steps(reports));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(30)]
    public void AccumulatedBatches_EqualTheLargeBatch(int size)
    {
        // 30 pairs of several lengths in one batch, or in several to the step: all of them lengths that divide unevenly.
        float[] large = AfterOneStep(30, batchesPerStep: 1), divided = AfterOneStep(size, batchesPerStep: 5);
        float[] start = ReverseTask.Numbers(ReverseTask.Model(dropout: 0));
        double change = Norm(large, start), difference = Norm(large, divided);
        Assert.True(change > 1e-2);
        Assert.True(difference < 1e-6 * change, $"{difference} of {change}");
    }

    [Fact]
    public void ShortLastStepOfAnEpoch_IsDividedByWhatItCounted()
    {
        // Batches of 8, 8, 8 and 6 pairs in some order, three to the step: the second step has one batch alone.
        EncoderDecoder model = ReverseTask.Model(dropout: 0);
        List<TrainingProgress> reports = [];
        using Trainer trainer = new(model, ReverseTask.Plan(30, 8), options: Plain with { BatchesPerStep = 3, Epochs = 1 });
        float[]? before = null;
        trainer.Train(new ReverseTask.Listener(report =>
        {
            reports.Add(report);
            before ??= ReverseTask.Numbers(model);
        }));
        Assert.Equal(2, reports.Count);
        Assert.Equal((3, 4), (reports[0].Batch, reports[1].Batch));

        // The mean gradient of the last batch alone, from the parameters before it.
        EncoderDecoder other = ReverseTask.Model(dropout: 0);
        int next = 0;
        foreach (Parameter parameter in other.Parameters)
        {
            before.AsSpan(next, parameter.Length).CopyTo(parameter.Values);
            next += parameter.Length;
        }

        BatchPlan plan = ReverseTask.Plan(30, 8);
        PairBatch batch = plan.Corpus.CreateBatch();
        plan.Corpus.Fill(plan[3], batch);
        using Tape tape = new(1);
        LossSum sum = new SequenceLoss(new() { LabelSmoothing = 0.1 }, 1).Compute(tape, other, batch);
        tape.Backward();
        new Sgd(other.Parameters).Step(0.5, 1 / (double)batch.Target.StepCount);
        Assert.Equal(sum.Sum, reports[1].Loss.Sum, 1e-9 * sum.Sum);
        Assert.Equal(ReverseTask.Numbers(other), ReverseTask.Numbers(model));
    }

    [Fact]
    public void Training_HasTheSameBitsForAnyNumberOfThreads()
    {
        TrainingOptions options = new() { Epochs = 2, BatchesPerStep = 2, Sampling = new() { Rate = 0.5, RampSteps = 0 } };
        (float[] Numbers, double[] Losses) one = Run(1), two = Run(2);
        Assert.Equal(one.Losses, two.Losses);
        Assert.Equal(one.Numbers, two.Numbers);
        Assert.NotEqual(one.Numbers, Run(2, seed: 2).Numbers);

        (float[] Numbers, double[] Losses) Run(int threads, ulong seed = 1)
        {
            List<double> losses = [];
            EncoderDecoder model = ReverseTask.Model(dropout: 0.3f, width: 32);
            using Trainer trainer = new(
                model, ReverseTask.Plan(600, 64), ReverseTask.Plan(50, 20, seed: 2), options with { Seed = seed }, threads);
            trainer.Train(new ReverseTask.Listener(report => losses.Add(report.Validation?.Loss ?? report.Loss.Sum)));
            return (ReverseTask.Numbers(model), [.. losses]);
        }
    }

    [Fact]
    public void Dropout_DiffersBetweenStepsAndBatchesAndSeeds()
    {
        // One pair over and over, and parameters that stay where they are: the losses differ by their dropout alone.
        TokenStore sources = new(), targets = new();
        for (int i = 0; i < 4; i++)
        {
            sources.Add([4, 5, 6, SpecialTokens.End]);
            targets.Add([6, 5, 4, SpecialTokens.End]);
        }

        double[] alone = Losses(batchesPerStep: 1, seed: 1), together = Losses(batchesPerStep: 4, seed: 1);
        Assert.Equal(8, alone.Concat(Losses(batchesPerStep: 1, seed: 2)).Distinct().Count());
        Assert.Equal(alone, Losses(batchesPerStep: 1, seed: 1));
        Assert.NotEqual(4 * alone[0], together[0], 1e-6);

        double[] Losses(int batchesPerStep, ulong seed)
        {
            List<double> losses = [];
            BatchPlan plan = new(new PairCorpus(sources, targets), BatchUnit.Sequences, 1, seed: 1);
            TrainingOptions options = new()
            {
                Seed = seed,
                Epochs = 1,
                BatchesPerStep = batchesPerStep,
                Schedule = new() { Kind = ScheduleKind.Constant, LearningRate = 1e-30, WarmUpSteps = 0 },
            };
            using Trainer trainer = new(ReverseTask.Model(dropout: 0.5f), plan, options: options);
            trainer.Train(new ReverseTask.Listener(report => losses.Add(report.Loss.Sum)));
            return [.. losses];
        }
    }

    [Fact]
    public void Steps_AllocateNothing()
    {
        TrainingOptions options = new()
        {
            Epochs = 60,
            BatchesPerStep = 2,
            Sampling = new() { Rate = 0.5, RampSteps = 0 },
            Validation = new() { EverySteps = int.MaxValue },
        };
        using Trainer trainer = new(ReverseTask.Model(), ReverseTask.Plan(100, 10), options: options, threads: 2);
        long[] allocated = new long[301];
        trainer.Train(new ReverseTask.Listener(report => allocated[report.Step] = GC.GetTotalAllocatedBytes(precise: true)));
        Assert.Contains(QuietRounds.Of(allocated, first: 31, length: 15), bytes => bytes == 0);
    }

    [Fact]
    public void ClippingAndSchedule_Act()
    {
        EncoderDecoder model = ReverseTask.Model(dropout: 0);
        float[] start = ReverseTask.Numbers(model);
        TrainingOptions options = Plain with { ClipNorm = 0.01, Steps = 1, Schedule = Plain.Schedule with { WarmUpSteps = 5 } };
        TrainingProgress report = default;
        using Trainer trainer = new(model, ReverseTask.Plan(30, 30), options: options);
        Assert.Equal(TrainingEnd.Steps, trainer.Train(new ReverseTask.Listener(step => report = step)));
        Assert.Equal(0.1, report.LearningRate, 1e-12);
        Assert.True(report.GradientNorm > 0.1);
        Assert.Equal(0.01 * 0.1, Norm(ReverseTask.Numbers(model), start), 1e-6);
    }

    [Theory]
    [InlineData(3, null, 12)] // 30 pairs are four batches of eight, and one to a step
    [InlineData(3, 5, 5)]
    [InlineData(1, 5, 4)]
    [InlineData(null, 5, 5)]
    public void Cosine_FallsDownToTheLastStep(int? epochs, int? steps, int last)
    {
        TrainingOptions options = Plain with
        {
            Epochs = epochs,
            Steps = steps,
            Schedule = new() { Kind = ScheduleKind.Cosine, LearningRate = 0.5, WarmUpSteps = 1, LeastLearningRate = 0.01 },
        };
        List<double> rates = [];
        using Trainer trainer = new(ReverseTask.Model(), ReverseTask.Plan(30, 8), options: options);
        trainer.Train(new ReverseTask.Listener(report => rates.Add(report.LearningRate)));
        Assert.Equal(last, rates.Count);
        Assert.Equal(0.5, rates[0], 1e-12);
        Assert.Equal(0.01, rates[^1], 1e-12);
        Assert.True(rates[^2] > 0.015);
    }

    [Fact]
    public void EarlyStopping_KeepsTheBest()
    {
        EncoderDecoder model = ReverseTask.Model();
        TrainingOptions options = new()
        {
            Epochs = null,
            Steps = 100_000,
            Schedule = new() { Kind = ScheduleKind.Constant, LearningRate = 3, WarmUpSteps = 0 },
            Validation = new() { EverySteps = 5, Patience = 3, Metric = ValidationMetric.TokenAccuracy, MinimumDelta = 0.5 },
        };
        BatchPlan validation = ReverseTask.Plan(100, 50, seed: 2);
        List<TrainingProgress> validations = [];
        using Trainer trainer = new(model, ReverseTask.Plan(200, 20), validation, options);
        float[]? best = null;
        TrainingEnd end = trainer.Train(new ReverseTask.Listener(report =>
        {
            if (report.Validation is not null)
            {
                validations.Add(report);
                best = report.IsBest ? ReverseTask.Numbers(model) : best;
            }
        }));

        // Nothing gains half of all tokens: the first validation stays the best, and three more are waited for.
        Assert.Equal(TrainingEnd.EarlyStopping, end);
        Assert.Equal([5L, 10, 15, 20], validations.Select(report => report.Step));
        Assert.Equal([true, false, false, false], validations.Select(report => report.IsBest));
        Assert.Equal(validations[0].Validation!.TokenAccuracy, trainer.State.BestValue);
        Assert.NotEqual(best, ReverseTask.Numbers(model));
        trainer.UseBest();
        Assert.Equal(best, ReverseTask.Numbers(model));
        Assert.Equal(TrainingEnd.EarlyStopping, trainer.Train());
    }

    [Fact]
    public void Cancellation_StopsBetweenStepsAndGoesOn()
    {
        using CancellationTokenSource source = new();
        using Trainer trainer = new(ReverseTask.Model(), ReverseTask.Plan(100, 10), options: new() { Epochs = 1 });
        TrainingEnd end = trainer.Train(
            new ReverseTask.Listener(report =>
            {
                if (report.Step == 4)
                {
                    source.Cancel();
                }
            }),
            cancellation: source.Token);
        Assert.Equal((TrainingEnd.Cancelled, 4L, 4), (end, trainer.State.Step, trainer.State.Batch));
        Assert.Equal(TrainingEnd.Epochs, trainer.Train());
        Assert.Equal((10L, 1, 0), (trainer.State.Step, trainer.State.Epoch, trainer.State.Batch));
    }

    [Fact]
    public void BatchesWithoutATarget_AreSkippedAndCounted()
    {
        // Every other pair has padding for targets; batches of one pair.
        TokenStore sources = new(), targets = new();
        for (int i = 0; i < 10; i++)
        {
            sources.Add([SpecialTokens.Count, SpecialTokens.End]);
            targets.Add(i % 2 == 0 ? [SpecialTokens.Padding] : [SpecialTokens.End]);
        }

        BatchPlan plan = new(new PairCorpus(sources, targets), BatchUnit.Sequences, 1, seed: 1);
        using Trainer trainer = new(ReverseTask.Model(), plan, options: new() { Epochs = 2 });
        List<TrainingProgress> reports = [];
        trainer.Train(new ReverseTask.Listener(reports.Add));
        Assert.Equal((10L, 10L), (trainer.State.Step, trainer.State.SkippedSteps));
        Assert.Equal(Enumerable.Range(1, 10).Select(step => (long)step), Steps(reports));

        TokenStore nothing = new(), begin = new();
        nothing.Add([SpecialTokens.Padding]);
        begin.Add([SpecialTokens.End]);
        BatchPlan empty = new(new PairCorpus(begin, nothing), BatchUnit.Sequences, 1, seed: 1);
        using Trainer idle = new(ReverseTask.Model(), empty);
        Assert.Throws<InvalidDataException>(() => idle.Train());
    }

    [Fact]
    public void Features_AreTrainedAndJudgedByTheirError()
    {
        FeatureStore sources = new(2), targets = new(1);
        CounterRandom random = new(4, 4);
        for (int i = 0; i < 64; i++)
        {
            float a = random.Uniform((ulong)(2 * i)), b = random.Uniform((ulong)(2 * i) + 1);
            sources.Add([a, b]);
            targets.Add([a + b, a - b]);
        }

        BatchPlan plan = new(new PairCorpus(sources, targets), BatchUnit.Sequences, 16, seed: 1);
        TransformerEncoderDecoder model = new(new TransformerOptions
        {
            Source = StepForm.Features(2),
            Target = StepForm.Features(1),
            Tying = EmbeddingTying.None,
            EncoderLayers = 1,
            DecoderLayers = 1,
            ModelDimension = 16,
            FeedForwardDimension = 32,
            Heads = 2,
            Dropout = 0,
        });
        List<TrainingProgress> reports = [];
        using Trainer trainer = new(model, plan, plan, new()
        {
            Epochs = 100,
            Error = StepError.Huber,
            HuberDelta = 0.5,
            Sampling = new() { Rate = 0.5, RampSteps = 10 },
        });
        trainer.Train(new ReverseTask.Listener(reports.Add));
        ValidationResult result = reports[^1].Validation!;
        Assert.True(result.Loss < 0.01 && result.Loss < reports[0].Loss.Mean / 5, $"{result.Loss} of {reports[0].Loss.Mean}");
        Assert.Null(result.CorrectSequences);
        Assert.True(double.IsNaN(result.SequenceAccuracy) && double.IsNaN(result.Perplexity));
    }

    [Fact]
    public void OptionsThatDoNotFit_AreRefused()
    {
        AssertRefused(new() { Epochs = null }, "Training has no end; give a number of epochs or of steps.");
        AssertRefused(new() { BatchesPerStep = 0 }, "There are 0 batches to a step, there have to be at least 1.");
        AssertRefused(new() { LabelSmoothing = 1.5 }, "Label smoothing is 1.5, it has to be in [0, 1].");
        AssertRefused(new() { Error = StepError.Squared }, "Targets of tokens are trained with cross-entropy; leave the error out.");
        AssertRefused(new() { ClipNorm = 0 }, "Gradients are clipped to a norm of 0, it has to be above 0.");
        AssertRefused(new() { Validation = new() { Patience = 0 } }, "The patience is 0 validations, it has to be at least 1.");
        AssertRefused(new() { Sampling = new() { Rate = 2 } }, "The rate of scheduled sampling is 2, it has to be in [0, 1].");

        static void AssertRefused(TrainingOptions options, string sentence) => Assert.Equal(
            sentence,
            Assert.Throws<ArgumentException>(() => new Trainer(ReverseTask.Model(), ReverseTask.Plan(4, 4), options: options)).Message);
    }

    private static float[] AfterOneStep(int size, int batchesPerStep)
    {
        EncoderDecoder model = ReverseTask.Model(dropout: 0);
        using Trainer trainer = new(
            model, ReverseTask.Plan(30, size), options: Plain with { BatchesPerStep = batchesPerStep, Steps = 1 });
        trainer.Train();
        return ReverseTask.Numbers(model);
    }

    private static IEnumerable<long> Steps(IEnumerable<TrainingProgress> reports)
        => reports.Where(report => report.Validation is null).Select(report => report.Step);

    private static double Norm(float[] left, float[] right)
        => Math.Sqrt(left.Zip(right).Sum(pair => (pair.First - (double)pair.Second) * (pair.First - (double)pair.Second)));
}
