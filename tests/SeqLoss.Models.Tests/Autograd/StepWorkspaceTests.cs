using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Models.Tests.EncoderDecoders;
using Xunit;

namespace SeqLoss.Models.Tests.Autograd;

/// <summary>The loss computes in memory of the step, where the way back follows it.</summary>
public sealed class StepWorkspaceTests
{
    private static readonly TransformerOptions Options = new()
    {
        Source = StepForm.Tokens(60),
        Target = StepForm.Tokens(3001),
        Tying = EmbeddingTying.None,
        EncoderLayers = 1,
        DecoderLayers = 1,
        ModelDimension = 48,
        FeedForwardDimension = 80,
        Heads = 3,
        Dropout = 0.1f,
    };

    private readonly TransformerEncoderDecoder _model = new(Options);
    private readonly PairBatch _batch = Batches.Draw(Options, [5, 9, 2, 7], [8, 6, 11, 3], seed: 4);

    public static TheoryData<ProductPrecision> Precisions => [ProductPrecision.AsGiven, ProductPrecision.BFloat16];

    [Theory]
    [MemberData(nameof(Precisions))]
    public void LossAndGradients_HaveTheBitsOfThoseInOwnMemory(ProductPrecision precision)
    {
        using Tape tape = new(threads: 1) { Precision = precision, DropoutSeed = 1 };
        (double expected, Dictionary<string, float[]> expectedGradients) = StepInOwnMemory(tape);

        // In the second step the memory is joined, and no longer as it came from the system.
        for (int step = 0; step < 2; step++)
        {
            (double loss, Dictionary<string, float[]> gradients) = Step(tape, new SequenceLoss(threads: 1));
            Assert.Equal(expected, loss);
            Assert.Equal(expectedGradients, gradients);
        }
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Memory_IsGivenBackBeforeTheWayBack(ProductPrecision precision)
    {
        using Tape tape = new(threads: 1) { Precision = precision };
        SequenceBatch decoderInput = new();
        DecoderInput.Write(_batch.Target, decoderInput);
        _model.Forward(tape, _batch.Source, decoderInput);
        long forward = tape.PeakBytes;
        tape.Reset();
        new SequenceLoss(threads: 1).Compute(tape, _model, _batch);
        long loss = tape.PeakBytes - forward;
        int counted = _batch.Target.StepCount;
        Assert.InRange(loss, counted * 3001L * sizeof(float), long.MaxValue);

        // The way back of so few steps needs less than the logits did.
        tape.Backward();
        Assert.Equal(forward + loss, tape.PeakBytes);
        tape.Reset();
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Steps_AreAsBefore_AfterALossThatThrew(ProductPrecision precision)
    {
        using Tape expected = new(threads: 1) { Precision = precision, DropoutSeed = 1 };
        using Tape actual = new(threads: 1) { Precision = precision, DropoutSeed = 1 };
        SequenceLoss loss = new(threads: 1);
        PairBatch wrong = Batches.Draw(Options, [5, 9, 2, 7], [8, 6, 11, 3], seed: 4);
        wrong.Target.Tokens[1] = 3001;
        SequenceBatch right = new();
        DecoderInput.Write(_batch.Target, right);

        // Three losses in a step, of which the second throws: what the first has given back is the activations' by then.
        double first = loss.Compute(expected, _model, _batch).Sum;
        loss.Compute(expected, _model, _batch);
        double third = loss.Compute(expected, _model, _batch).Sum;
        Assert.Equal(first, loss.Compute(actual, _model, _batch).Sum);
        Assert.Throws<LossInputException>(() => loss.Compute(actual, _model, wrong, right));
        Assert.Equal(third, loss.Compute(actual, _model, _batch).Sum);
        Assert.Equal(expected.PeakBytes, actual.PeakBytes);

        expected.Reset();
        actual.Reset();
        (double sum, Dictionary<string, float[]> gradients) = Step(expected, loss);
        (double sumAfter, Dictionary<string, float[]> gradientsAfter) = Step(actual, loss);
        Assert.Equal(sum, sumAfter);
        Assert.Equal(gradients, gradientsAfter);
    }

    [Fact]
    public void Workspace_HoldsOnePieceAtATime_FromTheStartOfALine()
    {
        using Tape tape = new(threads: 1);
        NumberBuffer first = tape.Workspace.Get(ElementType.BFloat16, 2049);
        Assert.Equal(ElementType.BFloat16, first.Type);
        Assert.Equal(4096 + 64, tape.PeakBytes);
        NumberBuffer second = tape.Workspace.Get(ElementType.Float32, 1040);
        Assert.Equal(ElementType.Float32, second.Type);
        AssertStartsALine(second);
        Assert.Equal(4096 + 64, tape.PeakBytes);

        // Giving back twice would leave the same memory to two.
        tape.Workspace.Release();
        tape.Workspace.Release();
        tape.Create(1, 1040);
        Assert.Equal(4096 + 64, tape.PeakBytes);
        tape.Create(1, 16);
        Assert.Equal(4096 + 128, tape.PeakBytes);
    }

    private static unsafe void AssertStartsALine(NumberBuffer memory)
        => Assert.Equal(0u, (nuint)memory.Address<float>() % NumberBuffer.CacheLine);

    private (double Loss, Dictionary<string, float[]> Gradients) Step(Tape tape, SequenceLoss loss)
    {
        _model.Parameters.ClearGradients();
        double sum = loss.Compute(tape, _model, _batch).Sum;
        return (sum, Finish(tape));
    }

    private (double Loss, Dictionary<string, float[]> Gradients) StepInOwnMemory(Tape tape)
    {
        _model.Parameters.ClearGradients();
        SequenceBatch target = _batch.Target, decoderInput = new();
        DecoderInput.Write(target, decoderInput);
        Variable hidden = _model.Forward(tape, _batch.Source, decoderInput);
        Parameter weight = _model.Output.Weight, bias = _model.Output.Bias;
        LinearCrossEntropy loss = new(new()
        {
            Loss = new() { Layout = ScoreLayout.Nv, Reduction = Reduction.Sum, Threads = 1 },
            Precision = tape.Precision,
        });
        LossSum sum = loss.Compute(
            new ReadOnlyTensorSpan<float>(hidden.Values, [hidden.Rows, hidden.Columns]),
            new(new ReadOnlyTensorSpan<float>(weight.Values, [weight.Rows, weight.Columns])) { Bias = bias.Values },
            new ReadOnlyTensorSpan<int>(target.Tokens, [hidden.Rows]),
            TokenWeights.FromIgnoreIndex(SpecialTokens.Padding),
            new()
            {
                Hidden = new TensorSpan<float>(hidden.Gradient, [hidden.Rows, hidden.Columns]),
                Vocabulary = new TensorSpan<float>(weight.Gradient, [weight.Rows, weight.Columns]),
                Bias = bias.Gradient,
                Accumulates = true,
            });
        return (sum.Sum, Finish(tape));
    }

    private Dictionary<string, float[]> Finish(Tape tape)
    {
        tape.Backward();
        tape.Reset();
        return _model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray());
    }
}
