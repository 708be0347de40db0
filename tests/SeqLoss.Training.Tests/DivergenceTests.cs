using System;
using System.Linq;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Training.Data;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class DivergenceTests
{
    [Fact]
    public void NaNInALayer_IsNamedAndLeavesTheTrainingAsItWas()
    {
        TrainingOptions options = new() { Epochs = 1, BatchesPerStep = 2 };
        EncoderDecoder model = ReverseTask.Model();
        using Trainer trainer = new(model, ReverseTask.Plan(60, 6), options: options);
        Span<float> weights = model.Parameters["decoder.layers.0.feed_forward.in.weight"].Values;
        float kept = weights[5];
        weights[5] = float.NaN;
        float[] before = ReverseTask.Numbers(model);
        TrainingDivergedException problem = Assert.Throws<TrainingDivergedException>(() => trainer.Train());
        Assert.Equal(1, problem.Step);
        Assert.Contains("decoder.layers.0.feed_forward", problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("step 1: value ", problem.Message, StringComparison.Ordinal);
        string pairs = string.Join(", ", problem.Pairs.Select(pair => pair + 1));
        Assert.Contains($"the pairs {pairs};", problem.Message, StringComparison.Ordinal);
        Assert.Equal(ReverseTask.Plan(60, 6)[0].ToArray(), problem.Pairs);
        Assert.Equal(before, ReverseTask.Numbers(model));
        Assert.All(ReverseTask.Moments(trainer), moment => Assert.Equal(0, moment));

        // Cured, the same training goes on as if nothing had been.
        weights[5] = kept;
        trainer.Train();
        EncoderDecoder other = ReverseTask.Model();
        using Trainer healthy = new(other, ReverseTask.Plan(60, 6), options: options);
        healthy.Train();
        Assert.Equal(ReverseTask.Numbers(other), ReverseTask.Numbers(model));
    }

    [Fact]
    public void ADivergedRun_StopsBeforeTheParametersAreLost()
    {
        TrainingOptions options = new()
        {
            Steps = 50,
            Optimizer = new() { Kind = OptimizerKind.Sgd },
            Schedule = new() { Kind = ScheduleKind.Constant, LearningRate = 1e25, WarmUpSteps = 0 },
        };
        EncoderDecoder model = ReverseTask.Model();
        using Trainer trainer = new(model, ReverseTask.Plan(60, 20), options: options);
        TrainingDivergedException problem = Assert.Throws<TrainingDivergedException>(() => trainer.Train());
        Assert.Equal(trainer.State.Step + 1, problem.Step);
        Assert.InRange(problem.Step, 2, 50);
        Assert.All(ReverseTask.Numbers(model), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void ABadPair_IsNamed()
    {
        FeatureStore sources = new(1), targets = new(1);
        for (int i = 0; i < 20; i++)
        {
            sources.Add([i]);
            targets.Add([i == 13 ? float.NaN : i]);
        }

        BatchPlan plan = new(new PairCorpus(sources, targets), BatchUnit.Sequences, 1, seed: 1);
        TransformerEncoderDecoder model = new(new TransformerOptions
        {
            Source = StepForm.Features(1),
            Target = StepForm.Features(1),
            Tying = EmbeddingTying.None,
            EncoderLayers = 1,
            DecoderLayers = 1,
            ModelDimension = 8,
            FeedForwardDimension = 8,
            Heads = 2,
        });
        using Trainer trainer = new(model, plan, options: new() { Epochs = 1, BatchesPerStep = 7 });
        TrainingDivergedException problem = Assert.Throws<TrainingDivergedException>(() => trainer.Train());
        Assert.Equal([13], problem.Pairs);
        Assert.Contains("output", problem.Message, StringComparison.Ordinal);
        Assert.Contains("the pairs 14;", problem.Message, StringComparison.Ordinal);
    }
}
