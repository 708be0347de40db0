using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class StepGradientTests
{
    [Theory]
    [InlineData(BatchUnit.Sequences, 10)]
    [InlineData(BatchUnit.Tokens, 400)]
    public void Reserved_IsWhatTheLargestBatchNeeds(BatchUnit unit, int size)
    {
        using Tape tape = new(threads: 1);
        EncoderDecoder model = ReverseTask.Model();
        BatchPlan plan = new(Ragged(300), unit, size, seed: 1);
        StepGradient gradient = new(tape, model, plan, new TrainingOptions());
        gradient.Reserve();
        long reserved = tape.PeakBytes;
        Assert.All(model.Parameters, parameter => Assert.Equal(new float[parameter.Length], parameter.Gradient.ToArray()));
        List<double> losses = [];
        for (int batch = 0; batch < plan.Count; batch++)
        {
            losses.Add(gradient.Compute(step: 1, batch, count: 1).Sum);
        }

        // Batches that are all but as large as the largest may need a little more.
        Assert.InRange(tape.PeakBytes, reserved, 1.05 * reserved);
        Assert.True(plan.Count > 3 && losses.All(double.IsFinite));
    }

    [Fact]
    public void Memory_IsTakenBeforeTheFirstStep()
    {
        int read = 0;
        List<int> readAtStep = [];
        PairCorpus corpus = WatchedStore.Watch(ReverseTask.Corpus(30), count => read = count);
        BatchPlan plan = new(corpus, BatchUnit.Sequences, 30, seed: 1);
        using Trainer trainer = new(ReverseTask.Model(), plan, options: new() { Epochs = 3 });
        trainer.Train(new ReverseTask.Listener(_ => readAtStep.Add(read)));
        Assert.Equal([60, 90, 120], readAtStep);
    }

    /// <summary>Pairs of 1 to 40 tokens.</summary>
    private static PairCorpus Ragged(int count)
    {
        TokenStore sources = new(), targets = new();
        CounterRandom random = new(seed: 1, stream: 5);
        for (int i = 0; i < count; i++)
        {
            int length = 1 + random.Below((ulong)i, 36);
            sources.Add(Enumerable.Repeat(SpecialTokens.End, length).ToArray());
            targets.Add(Enumerable.Repeat(SpecialTokens.End, length + random.Below((ulong)(count + i), 5)).ToArray());
        }

        return new PairCorpus(sources, targets);
    }
}
