using System;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>TensorFlow Addons: <c>tfa.seq2seq</c>. An empty mean is 0.</summary>
    public static class TensorFlowAddons
    {
        /// <summary><c>tfa.seq2seq.sequence_loss</c>: weighted means, or sums divided by the number of weights that are not 0.</summary>
        /// <remarks>The class <c>tfa.seq2seq.SequenceLoss</c> computes the same, but its defaults are sums over time and batch.</remarks>
        /// <param name="logits">Logits <c>[B, T, V]</c>.</param>
        /// <param name="targets">Ids <c>[B, T]</c>, or distributions <c>[B, T, V]</c>.</param>
        /// <param name="weights">Weights <c>[B, T]</c>.</param>
        /// <param name="averageAcrossTimesteps">Divide by the weights along time.</param>
        /// <param name="averageAcrossBatch">Divide by the weights along the batch.</param>
        /// <param name="sumOverTimesteps">Divide by the count of weights along time that are not 0.</param>
        /// <param name="sumOverBatch">Divide by the count of weights along the batch that are not 0.</param>
        /// <param name="gradient">Where ∂(value)/∂logits goes.</param>
        /// <returns>
        /// In nats: over time and batch a number; over time <c>[B]</c>; over the batch <c>[T]</c>; over neither <c>[B, T]</c>.
        /// </returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a target is not a class.</exception>
        /// <exception cref="LossOptionException">A sum and an average are asked for at once.</exception>
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
            ArgumentNullException.ThrowIfNull(weights);
            if ((averageAcrossTimesteps && sumOverTimesteps) || (averageAcrossBatch && sumOverBatch))
            {
                throw new LossOptionException("average_across and sum_over cannot both be true for the same axis: choose one.");
            }

            if ((averageAcrossBatch && sumOverTimesteps) || (averageAcrossTimesteps && sumOverBatch))
            {
                throw new LossOptionException(
                    "average_across one axis and sum_over the other are refused because of ambiguous order: use the same for both.");
            }

            Reduction reduction = (averageAcrossTimesteps, averageAcrossBatch, sumOverTimesteps, sumOverBatch) switch
            {
                (true, true, _, _) => Reduction.Mean,
                (true, false, _, _) => Reduction.PerExample,
                (false, true, _, _) => Reduction.PerTimestep,
                (_, _, true, true) => Reduction.MeanNonzero,
                (_, _, true, false) => Reduction.PerExampleNonzero,
                (_, _, false, true) => Reduction.PerTimestepNonzero,
                _ => Reduction.None,
            };
            ScoreView view = ScoreView.OfSequences(logits.Shape, ScoreLayout.Btv, "logits");
            TokenWeights? tokenWeights = view.WeightsOf(weights.Exactly(view.Positions, "weights"));
            CrossEntropyOptions options = new() { Reduction = reduction, AssumeUnitMass = true };
            return CoreCall.CrossEntropy(
                ScoreForm.Logits, view, logits, view.View(targets, "targets"), tokenWeights, options, gradient);
        }
    }
}
