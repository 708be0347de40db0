using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Decoding;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.EncoderDecoders;
using Xunit;

namespace SeqLoss.Models.Tests.Decoding;

public sealed class FeatureRolloutTests
{
    private const int Steps = 7;

    private static readonly TransformerOptions Options
        = TransformerTests.Small with { Source = StepForm.Features(3), Target = StepForm.Features(2) };

    private static readonly RecurrentOptions Recurrent = new()
    {
        Source = StepForm.Features(3),
        Target = StepForm.Features(2),
        EmbeddingSize = 7,
        HiddenSize = 8,
        HasInputFeeding = true,
        Tying = EmbeddingTying.None,
        Dropout = 0,
    };

    /// <summary>A whole sequence at once, as training computes it, from the predictions one step later.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EachStep_IsPredictedFromTheOnesBefore(bool isRecurrent)
    {
        EncoderDecoder model = Model(isRecurrent);
        SequenceBatch source = Batches.Draw(Options, [4, 1, 6], [1, 1, 1], seed: 8).Source;
        SequenceBatch predicted = Roll(model, source);

        Assert.Equal(3, predicted.Count);
        Assert.Equal(Steps, predicted.MaxLength);
        Assert.Equal([Steps, Steps, Steps], predicted.Lengths.ToArray());
        SequenceBatch input = new(featureCount: 2);
        input.Reshape(3, Steps);
        for (int i = 0; i < 3; i++)
        {
            input.SetFeatures(i, [0, 0, .. predicted.Features.Slice(i * Steps * 2, (Steps - 1) * 2)]);
        }

        using Tape tape = new(threads: 1) { IsTraining = false };
        Variable hidden = model.Forward(tape, source, input);
        RowGrid grid = new(model.RowOrder, 3, Steps);
        for (int step = 0; step < 3 * Steps; step++)
        {
            int row = grid.RowOf(step / Steps, step % Steps);
            for (int feature = 0; feature < 2; feature++)
            {
                double expected = model.Output.Bias.Values[feature];
                for (int j = 0; j < hidden.Columns; j++)
                {
                    expected += (double)hidden.Row(row)[j] * model.Output.Weight.Row(feature)[j];
                }

                Assert.Equal(expected, predicted.Features[(step * 2) + feature], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASource_DoesNotDependOnItsNeighbours(bool isRecurrent)
    {
        EncoderDecoder model = Model(isRecurrent);
        SequenceBatch source = Batches.Draw(Options, [4, 1, 6], [1, 1, 1], seed: 8).Source;
        SequenceBatch together = Roll(model, source);
        for (int i = 0; i < 3; i++)
        {
            SequenceBatch one = new(featureCount: 3);
            one.Reshape(1, source.Lengths[i]);
            one.SetFeatures(0, source.Features.Slice(i * source.MaxLength * 3, source.Lengths[i] * 3));
            Assert.Equal(Roll(model, one).Features, together.Features.Slice(i * Steps * 2, Steps * 2));
        }
    }

    [Fact]
    public void WhatDoesNotFit_IsRefused()
    {
        TransformerEncoderDecoder tokens = new(TransformerTests.Small);
        Assert.Contains("use BeamSearch", Assert.Throws<ArgumentException>(() => new FeatureRollout(tokens)).Message);
        EncoderDecoder features = Model(isRecurrent: false);
        Assert.Contains("use FeatureRollout", Assert.Throws<ArgumentException>(() => new BeamSearch(features)).Message);
        using FeatureRollout rollout = new(features);
        SequenceBatch source = Batches.Draw(Options, [4], [1], seed: 8).Source;
        Assert.Throws<ArgumentOutOfRangeException>(() => rollout.Run(source, 0, new SequenceBatch(2)));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => rollout.Run(source, 1, new SequenceBatch(3)));
        Assert.Contains("has 3 features, the model 2", refusal.Message);
    }

    private static EncoderDecoder Model(bool isRecurrent)
    {
        EncoderDecoder model = isRecurrent ? new RecurrentEncoderDecoder(Recurrent) : new TransformerEncoderDecoder(Options);
        model.Output.Bias.Values[0] = 0.5f;
        model.Output.Bias.Values[1] = -2;
        return model;
    }

    private static SequenceBatch Roll(EncoderDecoder model, SequenceBatch source)
    {
        using FeatureRollout rollout = new(model);
        SequenceBatch target = new(featureCount: 2);
        rollout.Run(source, Steps, target);
        rollout.Run(source, Steps, target); // used again
        return target;
    }
}
