using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Operations;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.EncoderDecoders;

public sealed class TransformerTests
{
    public static TransformerOptions Small { get; } = new()
    {
        Source = StepForm.Tokens(11),
        Target = StepForm.Tokens(13),
        EncoderLayers = 2,
        DecoderLayers = 2,
        ModelDimension = 12,
        FeedForwardDimension = 20,
        Heads = 3,
        Dropout = 0,
    };

    public static TheoryData<TransformerOptions> Kinds =>
    [
        Small,
        Small with { NormFirst = false },
        Small with { Tying = EmbeddingTying.None, LearnedPositions = 9 },
        Small with { Tying = EmbeddingTying.All, Source = StepForm.Tokens(13) },
        Small with { Dropout = 0.2f },
        Small with { Source = StepForm.Features(3) },
        Small with { Target = StepForm.Features(2) },
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_AgreeWithDifferencesOfTheLoss(TransformerOptions options)
    {
        TransformerEncoderDecoder model = new(options);
        using Tape tape = new(threads: 1) { DropoutSeed = 5 };
        SequenceLoss loss = new(threads: 1);
        PairBatch batch = Batches.Draw(options, [4, 1, 6], [5, 2, 1], seed: 3);

        (Parameter worst, double error) = GradientCheck.Run(model.Parameters, tape, t => loss.Compute(t, model, batch).Sum);

        Assert.True(error < 1e-3, $"{worst}: {error}");
    }

    [Fact]
    public void MoreStepsThanAnnounced_AreRefused()
    {
        using Tape tape = new(threads: 1);
        PairBatch batch = Batches.Draw(Small, [4, 1], [2, 2], seed: 3);
        DecoderState state = new TransformerEncoderDecoder(Small).BeginDecoding(tape, batch.Source, maxLength: 2);
        SequenceBatch input = new();
        input.Reshape(2, 1);
        state.Advance(input);
        state.Advance(input);

        Assert.Throws<InvalidOperationException>(() => state.Advance(input));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3, 9)]
    [InlineData(3, -1)]
    public void LengthsThatDoNotFitTheKeys_AreRefused(params int[] lengths)
    {
        using Tape tape = new(threads: 1);
        AttentionHeads heads = new(tape.Create(8, 4), 0, new RowGrid(RowOrder.BatchMajor, Count: 2, Steps: 4));

        Assert.Throws<ArgumentException>(() => AttentionOperation.Apply(tape, heads, heads, heads, new AttentionShape(1, 4, 1), lengths));
    }

    [Fact]
    public void DecodingStepByStep_EqualsForward()
    {
        TransformerEncoderDecoder model = new(Small);
        PairBatch batch = Batches.Draw(Small, [4, 1, 6], [5, 5, 5], seed: 3);
        using Tape tape = new(threads: 2) { IsTraining = false };
        float[] whole = model.Forward(tape, batch.Source, batch.Target).Values.ToArray();
        using Tape steps = new(threads: 1);

        DecoderState state = model.BeginDecoding(steps, batch.Source, maxLength: 5);
        SequenceBatch input = new();
        for (int step = 0; step < 5; step++)
        {
            input.Reshape(3, 1);
            for (int row = 0; row < 3; row++)
            {
                input.SetTokens(row, [batch.Target.Tokens[(row * 5) + step]]);
            }

            Variable hidden = state.Advance(input);

            for (int row = 0; row < 3; row++)
            {
                Assert.Equal(whole.AsSpan(((row * 5) + step) * 12, 12), hidden.Row(row));
            }
        }
    }
}
