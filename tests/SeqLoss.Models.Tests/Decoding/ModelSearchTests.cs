using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.EncoderDecoders;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

/// <summary>Searches on models with random weights, which remember keys, values and states between steps.</summary>
public sealed class ModelSearchTests
{
    private static readonly int[][] Sources = [.. Enumerable.Range(0, 9).Select(SourceOf)];

    private static readonly DecodingOptions[] Searches =
    [
        new() { MaxLength = 9 },
        new() { BeamSize = 4, NBest = 2, MaxLength = 9, LengthPenalty = LengthPenalty.Google(1) },
        new() { BeamSize = 5, NBest = 5, MaxLengthFactor = 1, MaxLengthOffset = 4, MinLength = 2, LengthPenalty = LengthPenalty.Power(1) },
    ];

    public static TheoryData<string> Kinds => [.. Models.Keys];

    private static RecurrentOptions Recurrent { get; } = new()
    {
        Source = StepForm.Tokens(11),
        Target = StepForm.Tokens(13),
        EmbeddingSize = 10,
        HiddenSize = 12,
        AttentionSize = 9,
        Tying = EmbeddingTying.None,
        Dropout = 0,
    };

    private static Dictionary<string, Func<EncoderDecoder>> Models { get; } = new()
    {
        ["Transformer"] = () => new TransformerEncoderDecoder(TransformerTests.Small),
        ["Transformer, post-norm, learned positions"] = () => new TransformerEncoderDecoder(
            TransformerTests.Small with { NormFirst = false, LearnedPositions = 10, Tying = EmbeddingTying.None }),
        ["LSTM"] = () => new RecurrentEncoderDecoder(Recurrent with { Layers = 2 }),
        ["LSTM, input feeding"] = () => new RecurrentEncoderDecoder(Recurrent with { HasInputFeeding = true }),
        ["GRU, additive attention"] = () => new RecurrentEncoderDecoder(
            Recurrent with { Cell = CellKind.Gru, Attention = AttentionKind.Additive, HasInputFeeding = true }),
        ["RNN, one direction, dot attention"] = () => new RecurrentEncoderDecoder(
            Recurrent with { Cell = CellKind.Rnn, IsBidirectional = false, Attention = AttentionKind.Dot }),
        ["GRU without attention"] = () => new RecurrentEncoderDecoder(
            Recurrent with { Cell = CellKind.Gru, Attention = AttentionKind.None }),
    };

    /// <summary>The reference computes whole targets by the way that training takes, one source at a time.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Searches_FindWhatTheReferenceFinds(string kind)
    {
        EncoderDecoder model = Sharp(kind);
        foreach (DecodingOptions options in Searches)
        {
            using BeamSearch search = new(model, options);
            Hypothesis[][] results = search.Search(BeamSearchTests.Batch(Sources));
            for (int i = 0; i < Sources.Length; i++)
            {
                ReferenceSearch.AssertSame(ReferenceSearch.Beam(LogitsOf(model), Sources[i], options).Best, results[i]);
            }
        }
    }

    /// <summary>Long enough for the memory of keys and values to grow twice while rows move.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void LongTargets_AreThoseOfTheReference(int beamSize)
    {
        EncoderDecoder model = Sharp("Transformer");
        DecodingOptions options = new() { BeamSize = beamSize, NBest = beamSize, MinLength = 35, MaxLength = 40 };
        using BeamSearch search = new(model, options);
        Hypothesis[][] results = search.Search(BeamSearchTests.Batch(Sources[..3]));
        for (int i = 0; i < results.Length; i++)
        {
            ReferenceSearch.AssertSame(ReferenceSearch.Beam(LogitsOf(model), Sources[i], options).Best, results[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ASource_DoesNotDependOnItsNeighbours_NorOnThreads(string kind)
    {
        EncoderDecoder model = Sharp(kind);
        foreach (DecodingOptions options in Searches)
        {
            using BeamSearch together = new(model, options, threads: 2);
            using BeamSearch alone = new(model, options, threads: 1);
            Hypothesis[][] results = together.Search(BeamSearchTests.Batch(Sources));
            for (int i = 0; i < Sources.Length; i++)
            {
                BeamSearchTests.AssertIdentical(alone.Search(BeamSearchTests.Batch(Sources[i]))[0], results[i]);
            }
        }
    }

    /// <summary>Between two sizes of the memory for keys, 32 and 64 steps, a longer target allocates no more than its tokens.</summary>
    [Theory]
    [InlineData("Transformer", 1)]
    [InlineData("Transformer", 4)]
    [InlineData("LSTM, input feeding", 4)]
    public void AStep_AllocatesNothing(string kind, int beamSize)
    {
        EncoderDecoder model = Sharp(kind);
        model.Output.Bias.Values[SpecialTokens.End] = 50; // ends as soon as it may
        SequenceBatch batch = BeamSearchTests.Batch(Sources);
        long Allocated(int length)
        {
            DecodingOptions options = new() { BeamSize = beamSize, MinLength = length, MaxLength = 64, MaxLengthOffset = 64 };
            using BeamSearch search = new(model, options, threads: 1);
            long least = long.MaxValue; // the runtime allocates now and then too
            for (int i = 0; i < 20; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                search.Search(batch);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }

        Assert.Equal(20 * sizeof(int) * Sources.Length, Allocated(60) - Allocated(40));
    }

    /// <summary>0 to 5 tokens and the end.</summary>
    private static int[] SourceOf(int i)
        => [.. Enumerable.Range(0, i % 6).Select(t => 4 + (((3 * i) + (5 * t)) % 7)), SpecialTokens.End];

    /// <summary>Random weights end nearly at once: a sharper output layer makes targets of different lengths.</summary>
    private static EncoderDecoder Sharp(string kind)
    {
        EncoderDecoder model = Models[kind]();
        TensorPrimitives.Multiply(model.Output.Weight.Values, model is RecurrentEncoderDecoder ? 6 : 2, model.Output.Weight.Values);
        return model;
    }

    private static Func<int[], int[], float[]> LogitsOf(EncoderDecoder model) => (source, prefix) =>
    {
        using Tape tape = new(threads: 1) { IsTraining = false };
        int[] input = [SpecialTokens.Begin, .. prefix];
        Variable hidden = model.Forward(tape, BeamSearchTests.Batch(source), BeamSearchTests.Batch(input));
        float[] logits = new float[model.Output.Weight.Rows];
        for (int i = 0; i < logits.Length; i++)
        {
            double sum = model.Output.Bias.Values[i];
            for (int j = 0; j < hidden.Columns; j++)
            {
                sum += (double)hidden.Row(input.Length - 1)[j] * model.Output.Weight.Row(i)[j];
            }

            logits[i] = (float)sum;
        }

        return logits;
    };
}
