using System;
using System.Collections.Generic;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests;

public sealed class ScheduledSamplingTests
{
    [Fact]
    public void EachStep_IsTheTrueTokenOrThePredictedOne()
    {
        (int predicted, int free) = Mix(rate: 0.5, out int sequencesOfBoth);

        // Only where truth and prediction differ can the two be told apart; an untrained model is wrong nearly everywhere.
        Assert.InRange(free, 300, int.MaxValue);
        Assert.InRange(predicted / (double)free, 0.42, 0.58);
        Assert.True(sequencesOfBoth > 30, $"{sequencesOfBoth} sequences have both: the coin is tossed for each step");
    }

    [Fact]
    public void RatesOfZeroAndOne_AreTruthAndPrediction()
    {
        Assert.Equal(0, Mix(rate: 0, out _).Predicted);
        (int predicted, int free) = Mix(rate: 1, out _);
        Assert.Equal(free, predicted);
    }

    [Fact]
    public void Rate_RisesInALine()
    {
        SamplingOptions options = new() { Rate = 0.4, RampSteps = 10 };
        double[] rates = Array.ConvertAll(new long[] { 1, 5, 10, 99 }, options.RateAt);
        Assert.Equal([0.04, 0.2, 0.4, 0.4], rates, (expected, actual) => Math.Abs(expected - actual) < 1e-12);
        Assert.Equal(0.4, (options with { RampSteps = 0 }).RateAt(1));
    }

    /// <summary>Mixes 120 sequences and compares each input with the truth and with a prediction from that pair alone.</summary>
    private static (int Predicted, int Free) Mix(double rate, out int sequencesOfBoth)
    {
        EncoderDecoder model = ReverseTask.Model(dropout: 0.5f);
        PairCorpus corpus = ReverseTask.Corpus(120);
        PairBatch batch = corpus.CreateBatch();
        corpus.Fill([.. System.Linq.Enumerable.Range(0, 120)], batch);
        using Tape tape = new(1);
        SequenceLoss loss = new(threads: 1);
        SequenceBatch input = new ScheduledSampling(loss, model).Mix(tape, batch, rate, new CounterRandom(1, 2));
        Assert.True(tape.IsTraining);
        Assert.Equal(batch.Target.Lengths.ToArray(), input.Lengths.ToArray());

        (int predicted, int free) = (0, 0);
        sequencesOfBoth = 0;
        PairBatch alone = corpus.CreateBatch();
        SequenceBatch predictions = new();
        tape.IsTraining = false;
        for (int sequence = 0; sequence < input.Count; sequence++)
        {
            corpus.Fill([sequence], alone);
            loss.Compute(tape, model, alone, predictions: predictions);
            tape.Reset();
            HashSet<bool> kinds = [];
            Assert.Equal(SpecialTokens.Begin, input.Tokens[sequence * input.MaxLength]);
            for (int step = 1; step < input.MaxLength; step++)
            {
                int token = input.Tokens[(sequence * input.MaxLength) + step];
                if (step >= input.Lengths[sequence])
                {
                    Assert.Equal(SpecialTokens.Padding, token);
                    continue;
                }

                (int truth, int prediction) = (alone.Target.Tokens[step - 1], predictions.Tokens[step - 1]);
                Assert.Contains(token, new[] { truth, prediction });
                if (truth != prediction)
                {
                    free++;
                    predicted += token == prediction ? 1 : 0;
                    kinds.Add(token == prediction);
                }
            }

            sequencesOfBoth += kinds.Count == 2 ? 1 : 0;
        }

        return (predicted, free);
    }
}
