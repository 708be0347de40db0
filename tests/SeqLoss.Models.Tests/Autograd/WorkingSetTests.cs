using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using Xunit;

namespace SeqLoss.Models.Tests.Autograd;

/// <summary>Training for long takes no more memory than training for a while.</summary>
public sealed class WorkingSetTests
{
    private const int VocabularySize = 11;
    private const int MostSequences = 64;
    private const int MostSteps = 12;

    [Fact]
    public void TenThousandSteps_TakeNoMemoryAfterWarmUp()
    {
        const int warmUp = 500;
        const int steps = 10_000;
        TransformerEncoderDecoder model = new(new TransformerOptions
        {
            Source = StepForm.Tokens(VocabularySize),
            Target = StepForm.Tokens(VocabularySize),
            EncoderLayers = 1,
            DecoderLayers = 1,
            ModelDimension = 16,
            FeedForwardDimension = 16,
            Heads = 2,
            Dropout = 0.1f,
        });
        using Tape tape = new(threads: 1);
        SequenceLoss loss = new(threads: 1);
        PairBatch batch = new(new SequenceBatch(), new SequenceBatch());
        for (int step = 0; step < warmUp; step++)
        {
            TakeStep(tape, loss, model, batch, step);
        }

        long held = tape.HeldBytes;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = warmUp; step < warmUp + steps; step++)
        {
            TakeStep(tape, loss, model, batch, step);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(held, tape.HeldBytes);
        Assert.InRange(tape.PeakBytes, (1 << 20) + 1, held); // More than the arena begins with.

        // Something may be made once on the way beside other tests; the smallest object for each step would be 24 bytes of each.
        Assert.InRange(allocated, 0, (24 * steps) - 1);
    }

    /// <summary>A step of plain descent: on the largest batch, now and then on a large one, mostly on a small one.</summary>
    private static void TakeStep(Tape tape, SequenceLoss loss, TransformerEncoderDecoder model, PairBatch batch, int step)
    {
        CounterRandom random = new(seed: 1, (ulong)step);
        bool isLargest = step == 0;
        int count = isLargest ? MostSequences : 1 + random.Below(0, step % 100 == 0 ? MostSequences : 4);
        Draw(batch.Source, count, isLargest ? MostSteps : 1 + random.Below(1, MostSteps), random, first: 100);
        Draw(batch.Target, count, isLargest ? MostSteps : 1 + random.Below(2, MostSteps), random, first: 1000);
        tape.DropoutSeed = random.Bits(0);
        double weight = loss.Compute(tape, model, batch).Weight;
        tape.Backward();
        tape.Reset();
        for (int i = 0; i < model.Parameters.Count; i++)
        {
            Parameter parameter = model.Parameters[i];
            TensorPrimitives.MultiplyAdd(parameter.Gradient, (float)(-0.1 / weight), parameter.Values, parameter.Values);
            parameter.ClearGradient();
        }
    }

    private static void Draw(SequenceBatch side, int count, int longest, CounterRandom random, ulong first)
    {
        side.Reshape(count, longest);
        Span<int> tokens = stackalloc int[MostSteps];
        for (int sequence = 0; sequence < count; sequence++)
        {
            ulong place = first + ((ulong)sequence * (MostSteps + 1));
            int length = sequence == 0 ? longest : 1 + random.Below(place, longest);
            for (int step = 0; step < length; step++)
            {
                tokens[step] = SpecialTokens.Count + random.Below(place + 1 + (ulong)step, VocabularySize - SpecialTokens.Count);
            }

            side.SetTokens(sequence, tokens[..length]);
        }
    }
}
