using System;
using System.Collections.Generic;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.EncoderDecoders;

public sealed class RecurrentTests
{
    private static readonly RecurrentOptions Small = new()
    {
        Source = StepForm.Tokens(11),
        Target = StepForm.Tokens(13),
        Layers = 2,
        EmbeddingSize = 9,
        HiddenSize = 7,
        AttentionSize = 5,
        Tying = EmbeddingTying.None,
        Dropout = 0,
    };

    public static TheoryData<RecurrentOptions> Kinds =>
    [
        Small,
        Small with { Cell = CellKind.Gru, Attention = AttentionKind.Additive },
        Small with { Cell = CellKind.Rnn, Attention = AttentionKind.Dot, IsBidirectional = false },
        Small with { Attention = AttentionKind.None },
        Small with { HasInputFeeding = true, Attention = AttentionKind.Additive },
        Small with { Cell = CellKind.Gru, HasInputFeeding = true, EmbeddingSize = 7, Tying = EmbeddingTying.TargetAndOutput },
        Small with { EmbeddingSize = 7, Tying = EmbeddingTying.All, Source = StepForm.Tokens(13) },
        Small with { Source = StepForm.Features(3) },
        Small with { Target = StepForm.Features(2), HasInputFeeding = true },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_AgreeWithDifferencesOfTheLoss(RecurrentOptions options)
    {
        RecurrentEncoderDecoder model = new(options with { Dropout = 0.2f });
        foreach (Parameter parameter in model.Parameters)
        {
            // Twice as large, attention looks somewhere: the loss changes by more than its rounding.
            TensorPrimitives.Multiply(parameter.Values, 2, parameter.Values);
        }

        using Tape tape = new(threads: 1) { DropoutSeed = 5 };
        SequenceLoss loss = new(threads: 1);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [5, 2, 1], seed: 3);

        (Parameter worst, double error) = GradientCheck.Run(model.Parameters, tape, t => loss.Compute(t, model, batch).Sum);

        Assert.True(error < 2e-3, $"{worst}: {error}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DecodingStepByStep_EqualsForward(RecurrentOptions options)
    {
        const int Steps = 5;
        RecurrentEncoderDecoder model = new(options);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [Steps, Steps, Steps], seed: 3);
        using Tape tape = new(threads: 2) { IsTraining = false };
        Variable whole = model.Forward(tape, batch.Source, batch.Target);
        using Tape steps = new(threads: 1);

        DecoderState state = model.BeginDecoding(steps, batch.Source, Steps);
        for (int step = 0; step < Steps; step++)
        {
            Variable hidden = state.Advance(StepOf(batch.Target, step, [0, 1, 2]));

            for (int row = 0; row < 3; row++)
            {
                Assert.Equal(whole.Row((step * 3) + row), hidden.Row(row));
            }
        }
    }

    [Theory]
    [InlineData(CellKind.Lstm)]
    [InlineData(CellKind.Gru)]
    public void DecodingStepByStep_EqualsForward_WhereProductsAreLarge(CellKind cell)
        => DecodingStepByStep_EqualsForward(Small with { Cell = cell, Layers = 1, EmbeddingSize = 300, HiddenSize = 290 });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void RowsThatAreKept_GoOnAsIfAlone(RecurrentOptions options)
    {
        const int Steps = 4;
        RecurrentEncoderDecoder model = new(options);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [Steps, Steps, Steps], seed: 3);
        using Tape tape = new() { IsTraining = false };
        Variable whole = model.Forward(tape, batch.Source, batch.Target);
        using Tape steps = new();
        DecoderState state = model.BeginDecoding(steps, batch.Source, Steps);
        int[] rows = [0, 1, 2];

        // Rows are moved, doubled, and dropped; each goes on with its own target.
        int[][] kept = [[2, 0, 2, 1, 0], [4, 2], [1]];
        for (int step = 0; step < Steps; step++)
        {
            Variable hidden = state.Advance(StepOf(batch.Target, step, rows));

            Assert.Equal(rows.Length, state.Rows);
            for (int i = 0; i < rows.Length; i++)
            {
                Assert.Equal(whole.Row((step * 3) + rows[i]), hidden.Row(i));
            }

            if (step < kept.Length)
            {
                state.KeepRows(kept[step]);
                rows = Array.ConvertAll(kept[step], row => rows[row]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NeighboursAndPadding_ChangeNoSequence(RecurrentOptions options)
    {
        RecurrentEncoderDecoder model = new(options);
        int[] sourceLengths = [4, 1, 6];
        int[] targetLengths = [3, 5, 1];
        using Tape tape = new() { IsTraining = false };
        PairBatch batch = Batches.Draw(options, sourceLengths, targetLengths, seed: 3);
        Variable together = model.Forward(tape, batch.Source, batch.Target);
        using Tape other = new() { IsTraining = false };
        for (int row = 0; row < sourceLengths.Length; row++)
        {
            other.Reset();
            Variable alone = model.Forward(other, Alone(batch.Source, row), Alone(batch.Target, row));

            for (int step = 0; step < targetLengths[row]; step++)
            {
                Assert.Equal(together.Row((step * 3) + row), alone.Row(step));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OneThreadAndTwo_GiveTheSameBits(RecurrentOptions options)
    {
        options = options with { Dropout = 0.2f, HiddenSize = 72, EmbeddingSize = 72, AttentionSize = 40 };
        int[] lengths = [.. new int[37]];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = 1 + (i % 5);
        }

        PairBatch batch = Batches.Draw(options, lengths, lengths, seed: 8);

        Assert.Equal(Gradients(options, batch, threads: 1), Gradients(options, batch, threads: 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AfterAFewSteps_NothingIsAllocated(RecurrentOptions options)
    {
        RecurrentEncoderDecoder model = new(options with { Dropout = 0.2f });
        using Tape tape = new(threads: 1);
        SequenceLoss loss = new(threads: 1);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [5, 2, 1], seed: 3);
        SequenceBatch input = StepOf(batch.Target, step: 0, rows: [0, 1, 2]);
        using Tape steps = new(threads: 1);
        DecoderState state = model.BeginDecoding(steps, batch.Source, maxLength: 50);
        int[] rows = [1, 0, 2];

        // Memory grows in the first steps, and compilation in the background may allocate: one quiet step is asked for.
        long allocated = 1;
        for (int step = 0; step < 100 && allocated > 0; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            loss.Compute(tape, model, batch);
            tape.Backward();
            tape.Reset();
            state.Advance(input);
            state.KeepRows(rows);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void OptionsThatDoNotFit_AreRefused()
    {
        Refused(Small with { Attention = AttentionKind.Dot }, "use general attention or one direction");
        Refused(Small with { Attention = AttentionKind.None, HasInputFeeding = true }, "there is no attention");
        Refused(Small with { HiddenSize = 0 }, "at least 1");
        Refused(Small with { Tying = EmbeddingTying.TargetAndOutput }, "9 and 7 features");

        static void Refused(RecurrentOptions options, string sentence)
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(() => new RecurrentEncoderDecoder(options));
            Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        }
    }

    private static float[] Gradients(RecurrentOptions options, PairBatch batch, int threads)
    {
        RecurrentEncoderDecoder model = new(options);
        using Tape tape = new(threads) { DropoutSeed = 3 };
        new SequenceLoss(threads: threads).Compute(tape, model, batch);
        tape.Backward();
        List<float> all = [];
        foreach (Parameter parameter in model.Parameters)
        {
            all.AddRange(parameter.Gradient.ToArray());
        }

        return [.. all];
    }

    private static SequenceBatch StepOf(SequenceBatch target, int step, int[] rows)
    {
        SequenceBatch input = new(target.FeatureCount);
        input.Reshape(rows.Length, 1);
        for (int i = 0; i < rows.Length; i++)
        {
            int place = (rows[i] * target.MaxLength) + step;
            if (target.FeatureCount > 0)
            {
                input.SetFeatures(i, target.Features.Slice(place * target.FeatureCount, target.FeatureCount));
            }
            else
            {
                input.SetTokens(i, [target.Tokens[place]]);
            }
        }

        return input;
    }

    private static SequenceBatch Alone(SequenceBatch batch, int row)
    {
        SequenceBatch alone = new(batch.FeatureCount);
        int length = batch.Lengths[row];
        alone.Reshape(1, length);
        if (batch.FeatureCount > 0)
        {
            int width = batch.MaxLength * batch.FeatureCount;
            alone.SetFeatures(0, batch.Features.Slice(row * width, length * batch.FeatureCount));
        }
        else
        {
            alone.SetTokens(0, batch.Tokens.Slice(row * batch.MaxLength, length));
        }

        return alone;
    }
}
