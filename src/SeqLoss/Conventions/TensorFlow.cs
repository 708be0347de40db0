using System;
using System.Numerics.Tensors;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>TensorFlow: the operations of <c>tf.nn</c>, and the sequence losses of <c>tf.contrib</c>. An empty mean is 0.</summary>
    /// <remarks>
    /// Two functions called <c>sequence_loss</c> disagree: that of <c>contrib.seq2seq</c> divides by the sum of the weights, that of
    /// <c>contrib.legacy_seq2seq</c> averages the means of the sequences. Both once added 1e-12 to the divisor, which float32 does
    /// not show; here 0/0 is 0.
    /// </remarks>
    public static class TensorFlow
    {
        /// <summary><c>tf.nn.softmax_cross_entropy_with_logits</c>: −Σ labels·ln softmax(logits), unreduced.</summary>
        /// <remarks>
        /// The gradient is softmax − labels, as the operation's own, which takes the labels to sum to one even where they do not.
        /// </remarks>
        /// <param name="labels">Distributions shaped as the logits.</param>
        /// <param name="logits">Logits of any rank.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂logits goes; its upstream is shaped as the losses.</param>
        /// <returns>The losses in nats, the logits' shape without the class axis.</returns>
        /// <exception cref="LossInputException">The shapes differ.</exception>
        /// <exception cref="LossOptionException">There is no such axis.</exception>
        public static ConventionLoss SoftmaxCrossEntropyWithLogits(
            Targets labels, Scores logits, int axis = -1, Gradient gradient = default)
        {
            RequireDistributions(labels, "softmax_cross_entropy_with_logits");
            ScoreView view = ScoreView.OfAxis(logits.Shape, axis);
            CrossEntropyOptions options = new() { Reduction = Reduction.None, AssumeUnitMass = true };
            return CoreCall.CrossEntropy(ScoreForm.Logits, view, logits, view.View(labels, "labels"), null, options, gradient);
        }

        /// <summary><c>tf.nn.sparse_softmax_cross_entropy_with_logits</c>: −ln softmax(logits)[label], unreduced.</summary>
        /// <param name="labels">Ids, the logits' shape without the last axis.</param>
        /// <param name="logits">Logits <c>[…, V]</c> of any rank.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂logits goes; its upstream is shaped as the losses.</param>
        /// <returns>The losses in nats, the logits' shape without the class axis.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a label is not a class (as on a CPU).</exception>
        /// <exception cref="LossOptionException">The labels are floating-point.</exception>
        public static ConventionLoss SparseSoftmaxCrossEntropyWithLogits(Targets labels, Scores logits, Gradient gradient = default)
        {
            RequireIds(labels, "sparse_softmax_cross_entropy_with_logits");
            ScoreView view = ScoreView.OfAxis(logits.Shape, -1);
            CrossEntropyOptions options = new() { Reduction = Reduction.None };
            return CoreCall.CrossEntropy(ScoreForm.Logits, view, logits, view.View(labels, "labels"), null, options, gradient);
        }

        /// <summary><c>tf.sequence_mask</c>: true for the first steps of each sequence.</summary>
        /// <param name="lengths">The lengths, <c>[B]</c>; above <paramref name="maxlen"/> the whole row is true, as in TensorFlow.</param>
        /// <param name="maxlen">T; <see langword="null"/>: the greatest length.</param>
        /// <returns>The mask, <c>[B, T]</c>.</returns>
        /// <exception cref="LossOptionException"><paramref name="maxlen"/> is negative, or the mask too large for an array.</exception>
        public static Tensor<bool> SequenceMask(ReadOnlySpan<int> lengths, int? maxlen = null)
        {
            nint steps = maxlen ?? 0;
            if (maxlen is null)
            {
                foreach (int length in lengths)
                {
                    steps = Math.Max(steps, length);
                }
            }

            if (steps < 0)
            {
                throw new LossOptionException($"maxlen is {steps}: it is at least 0.");
            }

            if (lengths.Length * steps > Array.MaxLength)
            {
                throw new LossOptionException(
                    $"a mask of {lengths.Length} x {steps} has more than {Array.MaxLength} elements: make it in parts.");
            }

            bool[] mask = new bool[lengths.Length * steps];
            for (int b = 0; b < lengths.Length; b++)
            {
                mask.AsSpan((int)(b * steps), (int)Math.Clamp(lengths[b], 0, steps)).Fill(true);
            }

            return Tensor.Create(mask, [lengths.Length, steps]);
        }

        /// <summary><c>tf.contrib.seq2seq.sequence_loss</c>: weighted means over time, batch, both or neither.</summary>
        /// <param name="logits">Logits <c>[B, T, V]</c>.</param>
        /// <param name="targets">Ids <c>[B, T]</c>.</param>
        /// <param name="weights">Weights <c>[B, T]</c>.</param>
        /// <param name="averageAcrossTimesteps">Divide by the weights along time.</param>
        /// <param name="averageAcrossBatch">Divide by the weights along the batch.</param>
        /// <param name="sumOverTimesteps">Divide by the count of weights along time that are not 0.</param>
        /// <param name="sumOverBatch">Divide by the count of weights along the batch that are not 0.</param>
        /// <param name="gradient">Where ∂(value)/∂logits goes.</param>
        /// <returns>
        /// In nats: both, a number Σwℓ/Σw; time only, <c>[B]</c>; batch only, <c>[T]</c>; neither, wℓ <c>[B, T]</c>. Where one axis is
        /// averaged and the other summed, the average alone.
        /// </returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a target is not a class.</exception>
        /// <exception cref="LossOptionException">The targets are floating-point, or the flags contradict each other.</exception>
        public static ConventionLoss SequenceLoss(
            Scores logits,
            Targets targets,
            SampleWeights weights,
            bool averageAcrossTimesteps = true,
            bool averageAcrossBatch = true,
            bool sumOverTimesteps = false,
            bool sumOverBatch = false,
            Gradient gradient = default)
        {
            RequireIds(targets, "tf.contrib.seq2seq.sequence_loss");

            // Where one axis is averaged and the other summed, the average wins; that is refused in TensorFlow Addons only.
            bool averagesOne = averageAcrossTimesteps != averageAcrossBatch;
            bool isSameAxis = (averageAcrossTimesteps && sumOverTimesteps) || (averageAcrossBatch && sumOverBatch);
            bool sums = !averagesOne || isSameAxis;
            return TensorFlowAddons.SequenceLoss(
                logits,
                targets,
                weights,
                averageAcrossTimesteps,
                averageAcrossBatch,
                sums && sumOverTimesteps,
                sums && sumOverBatch,
                gradient);
        }

        /// <summary>
        /// <c>tf.contrib.legacy_seq2seq.sequence_loss_by_example</c>: Σ_t wℓ of each sequence, divided by Σ_t w if asked for.
        /// </summary>
        /// <param name="logits">Logits <c>[T, B, V]</c>, the list of steps <c>[B, V]</c> as one array, or <c>[B, T, V]</c>.</param>
        /// <param name="targets">Ids <c>[T, B]</c>, or <c>[B, T]</c>.</param>
        /// <param name="weights">Weights <c>[T, B]</c>, or <c>[B, T]</c>.</param>
        /// <param name="averageAcrossTimesteps">Divide by the weights of the sequence.</param>
        /// <param name="layout"><see cref="ScoreLayout.Tbv"/>, or <see cref="ScoreLayout.Btv"/> for arrays with the batch first.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂logits goes; its upstream is <c>[B]</c>.</param>
        /// <returns>The losses in nats, <c>[B]</c>.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a target is not a class.</exception>
        /// <exception cref="LossOptionException">The targets are floating-point.</exception>
        public static ConventionLoss LegacySequenceLossByExample(
            Scores logits,
            Targets targets,
            SampleWeights weights,
            bool averageAcrossTimesteps = true,
            ScoreLayout layout = ScoreLayout.Tbv,
            Gradient gradient = default)
        {
            Reduction reduction = averageAcrossTimesteps ? Reduction.PerExample : Reduction.PerExampleSum;
            return Legacy(logits, targets, weights, reduction, layout, gradient);
        }

        /// <summary>
        /// <c>tf.contrib.legacy_seq2seq.sequence_loss</c>: the sum of <see cref="LegacySequenceLossByExample"/> over the batch, divided
        /// by B if asked for. With both averages a macro average: the mean of the sequences' means.
        /// </summary>
        /// <param name="logits">Logits <c>[T, B, V]</c>, the list of steps <c>[B, V]</c> as one array, or <c>[B, T, V]</c>.</param>
        /// <param name="targets">Ids <c>[T, B]</c>, or <c>[B, T]</c>.</param>
        /// <param name="weights">Weights <c>[T, B]</c>, or <c>[B, T]</c>.</param>
        /// <param name="averageAcrossTimesteps">Divide each sequence by its weights.</param>
        /// <param name="averageAcrossBatch">Divide by B.</param>
        /// <param name="layout"><see cref="ScoreLayout.Tbv"/>, or <see cref="ScoreLayout.Btv"/> for arrays with the batch first.</param>
        /// <param name="gradient">Where ∂(value)/∂logits goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a target is not a class.</exception>
        /// <exception cref="LossOptionException">The targets are floating-point.</exception>
        public static ConventionLoss LegacySequenceLoss(
            Scores logits,
            Targets targets,
            SampleWeights weights,
            bool averageAcrossTimesteps = true,
            bool averageAcrossBatch = true,
            ScoreLayout layout = ScoreLayout.Tbv,
            Gradient gradient = default)
        {
            Reduction reduction = (averageAcrossTimesteps, averageAcrossBatch) switch
            {
                (true, true) => Reduction.MeanPerExample,
                (false, true) => Reduction.MeanBatch,
                (true, false) => Reduction.PerExample,
                _ => Reduction.Sum,
            };
            ConventionLoss loss = Legacy(logits, targets, weights, reduction, layout, gradient);
            return !averageAcrossTimesteps
                ? loss
                : loss with
                {
                    Value = loss.Values is null ? loss.Value : Tensor.Sum<double>(loss.Values),
                    Values = null,
                    Divisor = double.NaN,
                };
        }

        private static ConventionLoss Legacy(
            Scores logits, Targets targets, SampleWeights weights, Reduction reduction, ScoreLayout layout, Gradient gradient)
        {
            ArgumentNullException.ThrowIfNull(weights);
            RequireIds(targets, "tf.contrib.legacy_seq2seq");
            ScoreView view = ScoreView.OfSequences(logits.Shape, layout, "logits");
            TokenWeights? tokenWeights = view.WeightsOf(weights.Exactly(view.Positions, "weights"));
            CrossEntropyOptions options = new() { Reduction = reduction };
            return CoreCall.CrossEntropy(
                ScoreForm.Logits, view, logits, view.View(targets, "targets"), tokenWeights, options, gradient);
        }
    }
}
