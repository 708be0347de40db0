using SeqLoss.Models.Autograd;
using SeqLoss.Models.EncoderDecoders;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Training;

/// <summary>Feeds the decoder a mixture of true steps and of its own predictions, drawn anew for each step.</summary>
/// <remarks>
/// Two passes: the first predicts every step from the true ones before it, without dropout and without a gradient; the second, the
/// training, reads the mixture. So all steps of a Transformer are computed at once, and recurrent models train in the same way. A coin is
/// tossed for each step of each sequence, never once for a sequence.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1506.03099">Bengio et al., 2015, Scheduled sampling.</seealso>
/// <seealso href="https://arxiv.org/abs/1906.07651">Mihaylova and Martins, 2019, Scheduled sampling for Transformers: two passes.</seealso>
internal sealed class ScheduledSampling(SequenceLoss loss, EncoderDecoder model)
{
    private readonly SequenceBatch _predictions = new(model.Options.Target.FeatureCount);
    private readonly SequenceBatch _input = new(model.Options.Target.FeatureCount);

    /// <summary>Predicts and mixes.</summary>
    /// <param name="tape">A tape without a step on it; it is left that way, and training.</param>
    /// <param name="batch">Sources and true targets.</param>
    /// <param name="rate">The probability of a prediction.</param>
    /// <param name="random">What the coins are drawn from: one number for each step of the batch.</param>
    /// <returns>What the decoder reads; valid until the next call.</returns>
    public SequenceBatch Mix(Tape tape, PairBatch batch, double rate, in CounterRandom random)
    {
        tape.IsTraining = false;
        loss.Compute(tape, model, batch, predictions: _predictions);
        tape.Reset();
        tape.IsTraining = true;

        SequenceBatch target = batch.Target;
        DecoderInput.Write(target, _input);
        for (int sequence = 0; sequence < target.Count; sequence++)
        {
            for (int step = 1; step < target.Lengths[sequence]; step++)
            {
                int position = (sequence * target.MaxLength) + step;
                if (random.Uniform((ulong)position) < rate)
                {
                    Feed(position);
                }
            }
        }

        return _input;
    }

    /// <summary>Makes a position read what was predicted for the one before it.</summary>
    private void Feed(int position)
    {
        int width = _input.FeatureCount;
        if (width > 0)
        {
            _predictions.Features.Slice((position - 1) * width, width).CopyTo(_input.Features[(position * width)..]);
        }
        else if (_predictions.Tokens[position - 1] >= 0)
        {
            _input.Tokens[position] = _predictions.Tokens[position - 1];
        }
    }
}
