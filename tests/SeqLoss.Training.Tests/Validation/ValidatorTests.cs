using System;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;
using SeqLoss.Training.Validation;
using Xunit;

namespace SeqLoss.Training.Tests.Validation;

public sealed class ValidatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Numbers_AreThoseOfEveryPairByItself(int size)
    {
        // Trained a little, so that some sequences are right and some are not.
        EncoderDecoder model = ReverseTask.Model(width: 32);
        using (Trainer trainer = new(model, ReverseTask.Plan(1000, 50), options: new() { Epochs = 15 }))
        {
            trainer.Train();
        }

        PairCorpus corpus = ReverseTask.Corpus(40, seed: 5);
        using Tape tape = new(2);
        BatchPlan plan = new(corpus, BatchUnit.Sequences, size, seed: 1);
        ValidationResult result = new Validator(model, plan, new() { LabelSmoothing = 0.5 }, threads: 2).Run(tape);

        (double likelihood, int tokens, int right, int sequences) = (0, 0, 0, 0);
        for (int pair = 0; pair < corpus.Count; pair++)
        {
            (double nats, bool[] correct) = Score(model, corpus, pair);
            likelihood += nats;
            tokens += correct.Length;
            right += correct.Count(isRight => isRight);
            sequences += correct.All(isRight => isRight) ? 1 : 0;
        }

        Assert.Equal(likelihood / tokens, result.Loss, 1e-5);
        Assert.Equal(Math.Exp(likelihood / tokens), result.Perplexity, 1e-4);
        Assert.Equal(right / (double)tokens, result.TokenAccuracy, 1e-12);
        Assert.Equal(sequences / 40.0, result.SequenceAccuracy, 1e-12);
        Assert.InRange(sequences, 1, 39);
        Assert.Equal(result.SequenceAccuracy, result.Value(ValidationMetric.SequenceAccuracy));
        Assert.Equal(result.Loss, result.Value(ValidationMetric.Loss));

        // The end belongs to a sequence: a model that never ends has none right.
        model.Output.Bias.Values[SpecialTokens.End] = -1000;
        Assert.Equal(0, new Validator(model, plan).Run(tape).SequenceAccuracy);
    }

    /// <summary>A pair's nats and which of its tokens are the most probable ones, from the hidden features in double.</summary>
    private static (double Nats, bool[] Correct) Score(EncoderDecoder model, PairCorpus corpus, int pair)
    {
        int[] targets = ((TokenStore)corpus.Target)[pair].ToArray();
        SequenceBatch source = Single(((TokenStore)corpus.Source)[pair].ToArray());
        SequenceBatch input = Single([SpecialTokens.Begin, .. targets[..^1]]);
        using Tape tape = new(1) { IsTraining = false };
        Variable hidden = model.Forward(tape, source, input);
        bool[] correct = new bool[targets.Length];
        double nats = 0;
        for (int step = 0; step < targets.Length; step++)
        {
            double[] logits = new double[ReverseTask.VocabularySize];
            for (int token = 0; token < logits.Length; token++)
            {
                logits[token] = model.Output.Bias.Values[token];
                for (int i = 0; i < hidden.Columns; i++)
                {
                    logits[token] += (double)hidden.Row(step)[i] * model.Output.Weight.Row(token)[i];
                }
            }

            nats += Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[targets[step]];
            correct[step] = logits.Max() == logits[targets[step]];
        }

        return (nats, correct);
    }

    private static SequenceBatch Single(int[] tokens)
    {
        SequenceBatch batch = new();
        batch.Reshape(1, tokens.Length);
        batch.SetTokens(0, tokens);
        return batch;
    }
}
