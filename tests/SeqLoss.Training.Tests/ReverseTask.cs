using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Tests;

/// <summary>Short sequences of a few tokens, to be written backwards by a tiny Transformer.</summary>
internal static class ReverseTask
{
    public const int Symbols = 6;
    public const int VocabularySize = SpecialTokens.Count + Symbols;
    public const int MostSymbols = 6;

    public static PairCorpus Corpus(int count, ulong seed = 1)
    {
        TokenStore sources = new(), targets = new();
        CounterRandom random = new(seed, stream: 77);
        for (int i = 0; i < count; i++)
        {
            ulong first = (ulong)(i * (MostSymbols + 1));
            int[] symbols = new int[1 + random.Below(first, MostSymbols)];
            for (int step = 0; step < symbols.Length; step++)
            {
                symbols[step] = SpecialTokens.Count + random.Below(first + 1 + (ulong)step, Symbols);
            }

            sources.Add([.. symbols, SpecialTokens.End]);
            targets.Add([.. symbols.Reverse(), SpecialTokens.End]);
        }

        return new PairCorpus(sources, targets);
    }

    public static BatchPlan Plan(int count, int size, ulong seed = 1) => new(Corpus(count, seed), BatchUnit.Sequences, size, seed: 3);

    public static TransformerEncoderDecoder Model(float dropout = 0.1f, int width = 16) => new(new TransformerOptions
    {
        Source = StepForm.Tokens(VocabularySize),
        Target = StepForm.Tokens(VocabularySize),
        EncoderLayers = 1,
        DecoderLayers = 1,
        ModelDimension = width,
        FeedForwardDimension = 2 * width,
        Heads = 2,
        Dropout = dropout,
        Seed = 9,
    });

    /// <summary>Every number of a model, parameter after parameter.</summary>
    public static float[] Numbers(EncoderDecoder model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];

    /// <summary>Every number that an optimiser remembers.</summary>
    public static float[] Moments(Trainer trainer)
    {
        List<float> numbers = [];
        foreach (Training.Optimizers.ParameterTable moment in trainer.Optimizer.Moments)
        {
            for (int i = 0; i < trainer.Model.Parameters.Count; i++)
            {
                numbers.AddRange(moment.Of(i));
            }
        }

        return [.. numbers];
    }

    /// <summary>Hands reports on at once; the platform's own hands them to other threads.</summary>
    public sealed class Listener(Action<TrainingProgress> handler) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => handler(value);
    }
}
