using System;
using System.Numerics.Tensors;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;
using SeqLoss.Training.Data;

namespace SeqLoss.Training;

/// <summary>The gradient of one optimiser step: the sum over its batches.</summary>
/// <remarks>
/// What is random in it follows from seed, step and batch alone, so that a step can be computed again. Sums, not means, are added: the
/// gradient is that of one large batch, however it is divided.
/// </remarks>
internal sealed class StepGradient
{
    // Streams of CounterRandom: one for each batch of a step, apart from those of other uses under the same seed.
    private const ulong FirstDropoutStream = 0xD509_0000_0000_0000;
    private const ulong FirstSamplingStream = 0x5A3E_0000_0000_0000;
    private const int StreamsPerStepBits = 16;

    private readonly Tape _tape;
    private readonly EncoderDecoder _model;
    private readonly BatchPlan _plan;
    private readonly TrainingOptions _options;
    private readonly SequenceLoss _loss;
    private readonly ScheduledSampling _sampling;
    private readonly PairBatch _batch;

    public StepGradient(Tape tape, EncoderDecoder model, BatchPlan plan, TrainingOptions options)
    {
        (_tape, _model, _plan, _options) = (tape, model, plan, options);
        _loss = new SequenceLoss(options.Loss(model.Options.Target.IsTokens), tape.Threads);
        _sampling = new ScheduledSampling(_loss, model);
        _batch = plan.Corpus.CreateBatch();
    }

    /// <summary>Adds the gradient of the summed loss of batches to the parameters' gradients.</summary>
    /// <param name="step">Which step it is for, counted from 1.</param>
    /// <param name="firstBatch">The first batch of the plan.</param>
    /// <param name="count">The batches.</param>
    /// <returns>The summed loss of all of them.</returns>
    public LossSum Compute(long step, int firstBatch, int count)
    {
        LossSum sum = default;
        for (int i = 0; i < count; i++)
        {
            sum += ComputeBatch(step, firstBatch, i);
        }

        return sum;
    }

    /// <summary>Takes the memory that steps need, so that too little of it shows before training and not within.</summary>
    /// <remarks>The largest batches of the epoch are computed, and their gradients dropped: no result depends on it.</remarks>
    public void Reserve()
    {
        // Most results have a row for each step, attention a number for each pair of steps: another batch may be the largest by that.
        (int mostSteps, int mostPairs) = (LargestBatch(length => length), LargestBatch(length => length * length));
        try
        {
            ComputeBatch(step: 1, mostSteps, 0);
            if (mostPairs != mostSteps)
            {
                ComputeBatch(step: 1, mostPairs, 0);
            }
        }
        finally
        {
            _tape.Reset();
            _model.Parameters.ClearGradients();
        }
    }

    /// <summary>Finds where a step that is not finite goes wrong, by computing it again and looking at every result.</summary>
    public TrainingDivergedException Diagnose(long step, int firstBatch, int count)
    {
        _model.Parameters.ClearGradients();
        _tape.Reset();
        _tape.ChecksFinite = true;
        try
        {
            for (int i = 0; i < count; i++)
            {
                (string? what, Exception? cause) = ComputeAndLook(step, firstBatch, i);
                if (what is not null)
                {
                    return Diverged(step, what, _plan[firstBatch + i], cause);
                }
            }

            return Diverged(step, "the sum of the gradients is not finite", _plan[firstBatch], cause: null);
        }
        finally
        {
            _tape.ChecksFinite = false;
            _tape.Reset();
            _model.Parameters.ClearGradients();
        }
    }

    /// <summary>The batch whose sequences, padded to the longest, come to the most.</summary>
    private int LargestBatch(Func<long, long> size)
    {
        (int largest, long most) = (0, 0);
        for (int i = 0; i < _plan.Count; i++)
        {
            (long source, long target) = (0, 0);
            foreach (int pair in _plan[i])
            {
                source = Math.Max(source, _plan.Corpus.Source.Length(pair));
                target = Math.Max(target, _plan.Corpus.Target.Length(pair));
            }

            long sum = _plan[i].Length * (size(source) + size(target));
            (largest, most) = sum > most ? (i, sum) : (largest, most);
        }

        return largest;
    }

    private LossSum ComputeBatch(long step, int firstBatch, int index)
    {
        _plan.Corpus.Fill(_plan[firstBatch + index], _batch);
        ulong stream = ((ulong)step << StreamsPerStepBits) + (ulong)index;
        _tape.Precision = _options.Precision == TrainingPrecision.Bfloat16 ? ProductPrecision.BFloat16 : ProductPrecision.AsGiven;
        double samplingRate = _options.Sampling?.RateAt(step) ?? 0;
        SequenceBatch? input = samplingRate > 0
            ? _sampling.Mix(_tape, _batch, samplingRate, new CounterRandom(_options.Seed, FirstSamplingStream + stream))
            : null;

        CounterRandom dropout = new(_options.Seed, FirstDropoutStream + stream);
        _tape.DropoutSeed = ((ulong)dropout.Bits(0) << 32) | dropout.Bits(1);
        _tape.IsTraining = true;
        LossSum sum = _loss.Compute(_tape, _model, _batch, input);
        _tape.Backward();
        _tape.Reset();
        return sum;
    }

    private (string? What, Exception? Cause) ComputeAndLook(long step, int firstBatch, int index)
    {
        try
        {
            LossSum sum = ComputeBatch(step, firstBatch, index);
            if (!double.IsFinite(sum.Sum))
            {
                return ($"the loss of the output layer is {sum.Sum}", null);
            }
        }
        catch (NonFiniteException found)
        {
            return (found.Message, found);
        }

        foreach (Parameter parameter in _model.Parameters)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(parameter.Gradient))
            {
                return ($"the gradient of {parameter.Name} is not finite", null);
            }
        }

        return default;
    }

    private TrainingDivergedException Diverged(long step, string what, ReadOnlySpan<int> pairs, Exception? cause)
    {
        string message = $"step {step}: {what}, in the batch of the {_plan.Corpus.NamesOf(pairs)}; "
            + "lower the learning rate or lengthen its warm-up, and look at these pairs";
        return new TrainingDivergedException(message, cause) { Step = step, Pairs = pairs.ToArray() };
    }
}
