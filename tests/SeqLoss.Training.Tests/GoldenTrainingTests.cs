using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.Golden;
using SeqLoss.Training.Data;
using SeqLoss.Training.Optimizers;
using SeqLoss.Training.Schedules;
using Xunit;

namespace SeqLoss.Training.Tests;

/// <summary>Ten steps of the trainer from the same weights are those that PyTorch makes in float64.</summary>
public sealed class GoldenTrainingTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Models => new(GoldenModel.Names);

    [Theory]
    [MemberData(nameof(Models))]
    public void TenSteps_AreThoseOfPyTorch(string name)
    {
        using GoldenModel golden = GoldenModel.Open(name);
        EncoderDecoder model = golden.CreateModel();
        PairBatch batch = golden.ReadBatch();
        PairCorpus corpus = new(StoreOf(batch.Source), StoreOf(batch.Target));
        BatchPlan plan = new(corpus, BatchUnit.Sequences, corpus.Count, seed: 1);
        using Trainer trainer = new(model, plan, validation: null, Options(golden), threads: 1);
        List<TrainingProgress> steps = [];

        trainer.Train(new ReverseTask.Listener(steps.Add));

        AssertClose("losses", golden.Read("training_losses"), steps.Select(step => step.Loss.Sum));
        AssertClose("norms", golden.Read("training_norms"), steps.Select(step => step.GradientNorm));
        Assert.All(steps, step => Assert.Equal(golden.TokenWeight, step.Loss.Weight));
        foreach ((string parameter, double[] values) in golden.ByParameter("training_weights"))
        {
            AssertClose(parameter, values, model.Parameters[parameter].Values.ToArray().Select(value => (double)value));
        }
    }

    private static TrainingOptions Options(GoldenModel golden)
    {
        JsonElement training = golden.Config.GetProperty("training");
        SequenceLossOptions loss = golden.LossOptions;
        bool isTokens = golden.Config.GetProperty("loss").GetString() == "cross-entropy";
        double clip = training.GetProperty("clip").GetDouble();
        return new TrainingOptions
        {
            Steps = training.GetProperty("steps").GetInt64(),
            LabelSmoothing = isTokens ? loss.LabelSmoothing : null,
            Error = isTokens ? null : loss.Error,
            HuberDelta = loss.Error == StepError.Huber ? loss.HuberDelta : null,
            ClipNorm = clip == 0 ? null : clip,
            Optimizer = OptimizerOf(training),
            Schedule = new ScheduleOptions
            {
                Kind = ScheduleKind.Constant,
                LearningRate = training.GetProperty("learningRate").GetDouble(),
                WarmUpSteps = 0,
            },
        };
    }

    private static OptimizerOptions OptimizerOf(JsonElement training)
    {
        double Number(string key) => training.GetProperty(key).GetDouble();
        OptimizerKind kind = Enum.Parse<OptimizerKind>(training.GetProperty("optimizer").GetString()!, ignoreCase: true);
        return kind == OptimizerKind.Sgd
            ? new OptimizerOptions { Kind = kind, Momentum = Number("momentum") }
            : new OptimizerOptions
            {
                Kind = kind,
                Beta1 = Number("beta1"),
                Beta2 = Number("beta2"),
                Epsilon = Number("epsilon"),
                WeightDecay = kind == OptimizerKind.AdamW ? Number("weightDecay") : null,
            };
    }

    private static SequenceStore StoreOf(SequenceBatch side)
    {
        if (side.FeatureCount == 0)
        {
            TokenStore tokens = new();
            for (int i = 0; i < side.Count; i++)
            {
                tokens.Add(side.Tokens.Slice(i * side.MaxLength, side.Lengths[i]));
            }

            return tokens;
        }

        FeatureStore features = new(side.FeatureCount);
        for (int i = 0; i < side.Count; i++)
        {
            int start = i * side.MaxLength * side.FeatureCount;
            features.Add(side.Features.Slice(start, side.Lengths[i] * side.FeatureCount));
        }

        return features;
    }

    /// <summary>The distance is small beside what is expected, as vectors.</summary>
    private static void AssertClose(string what, double[] expected, IEnumerable<double> actual)
    {
        double[] values = [.. actual];
        Assert.Equal(expected.Length, values.Length);
        double error = Norm(expected.Zip(values, (wanted, value) => wanted - value));
        Assert.True(error <= Tolerance * Norm(expected), $"{what}: {error} of {Norm(expected)}");
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
