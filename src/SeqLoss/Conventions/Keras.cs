using SeqLoss.Kernels.Errors;
using SeqLoss.Planning;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>Keras 3: <c>keras.losses</c>. Probabilities are its default; an empty mean is 0.</summary>
    /// <remarks>
    /// <para>
    /// <c>sum_over_batch_size</c>, the default, divides by all losses, those of weight 0 included, so padding makes the number smaller;
    /// with a mask (Keras passes it along with the predictions) it divides by the unmasked ones.
    /// </para>
    /// <para>
    /// Sample weights are broadcast as NumPy does: <c>[B]</c> against losses <c>[B, T]</c> runs along T, which Keras refuses unless
    /// B = T; <c>[B, 1]</c> weighs sequences.
    /// </para>
    /// </remarks>
    /// <seealso href="https://keras.io/api/losses/">Documentation.</seealso>
    public static class Keras
    {
        private const double Epsilon = 1e-7;

        internal static ProbabilityClip Clip { get; } = new() { Min = Epsilon, Max = 1 - Epsilon, Renormalize = true };

        /// <summary><c>CategoricalCrossentropy</c>: one-hot or soft targets.</summary>
        /// <param name="yTrue">Distributions shaped as the predictions.</param>
        /// <param name="yPred">
        /// Probabilities, or logits, of any rank. Probabilities are divided by their sum and clipped to [1e-7, 1 − 1e-7].
        /// </param>
        /// <param name="fromLogits">Whether the predictions are logits.</param>
        /// <param name="labelSmoothing">ε in [0, 1], spread as ε/V over all classes.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the losses' shape.</param>
        /// <param name="mask">1 where a loss counts; Keras carries it along with <c>y_pred</c>.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        /// <exception cref="LossOptionException">An argument is out of range.</exception>
        public static ConventionLoss CategoricalCrossentropy(
            Targets yTrue,
            Scores yPred,
            bool fromLogits = false,
            double labelSmoothing = 0,
            int axis = -1,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
        {
            RequireDistributions(yTrue, "CategoricalCrossentropy");
            CrossEntropyOptions options = new() { LabelSmoothing = labelSmoothing };
            ScoreView view = ScoreView.OfAxis(yPred.Shape, axis);
            return Classify(yTrue, yPred, fromLogits, view, sampleWeight, mask, null, reduction, options, gradient);
        }

        /// <summary><c>SparseCategoricalCrossentropy</c>: ids.</summary>
        /// <param name="yTrue">Ids, the predictions' shape without the class axis; a trailing axis of length 1 is dropped.</param>
        /// <param name="yPred">
        /// Probabilities, or logits, of any rank. Probabilities are divided by their sum and clipped to [1e-7, 1 − 1e-7].
        /// </param>
        /// <param name="fromLogits">Whether the predictions are logits.</param>
        /// <param name="ignoreClass">An id that does not count, a class or not; it acts as a mask.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the losses' shape.</param>
        /// <param name="mask">1 where a loss counts; Keras carries it along with <c>y_pred</c>.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">An argument is out of range, or the targets are floating-point.</exception>
        public static ConventionLoss SparseCategoricalCrossentropy(
            Targets yTrue,
            Scores yPred,
            bool fromLogits = false,
            long? ignoreClass = null,
            int axis = -1,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
        {
            RequireIds(yTrue, "SparseCategoricalCrossentropy");
            ScoreView view = ScoreView.OfAxis(yPred.Shape, axis);
            TensorShape shape = yTrue.Shape;
            bool hasTrailingOne = shape.Rank == view.Positions.Rank + 1 && shape.Rank > 1 && shape[shape.Rank - 1] == 1;
            Targets ids = hasTrailingOne ? yTrue.Reshaped(shape.Without(shape.Rank - 1)) : yTrue;
            return Classify(ids, yPred, fromLogits, view, sampleWeight, mask, ignoreClass, reduction, new CrossEntropyOptions(), gradient);
        }

        /// <summary><c>KLDivergence</c>: Σ y·ln(y/p) over the last axis, both clipped to [1e-7, 1].</summary>
        /// <param name="yTrue">Distributions shaped as the predictions.</param>
        /// <param name="yPred">Probabilities <c>[…, V]</c>; not renormalised.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the losses' shape.</param>
        /// <param name="mask">1 where a loss counts.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The divergence in nats.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        public static ConventionLoss KLDivergence(
            Targets yTrue,
            Scores yPred,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
        {
            RequireDistributions(yTrue, "KLDivergence");
            ScoreView view = ScoreView.OfAxis(yPred.Shape, -1);
            KerasWeighting weighting = new(view, sampleWeight, mask, ignoreClass: null, reduction);
            CrossEntropyOptions options = new()
            {
                Clip = new ProbabilityClip { Min = Epsilon, Max = 1, ClipTargets = true },
                SubtractTargetEntropy = true,
                Reduction = weighting.Reduction,
            };
            return weighting.Complete(CoreCall.CrossEntropy(
                ScoreForm.Probabilities, view, yPred, view.View(yTrue, "y_true"), weighting.Weights, options, gradient));
        }

        /// <summary><c>MeanSquaredError</c>: the mean over the last axis, then the reduction over the others.</summary>
        /// <param name="yTrue">Values shaped as the predictions, but for a trailing axis of length 1.</param>
        /// <param name="yPred">Predictions of any rank.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the shape without the last axis.</param>
        /// <param name="mask">1 where a loss counts.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The loss in squared units of the predictions.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        public static ConventionLoss MeanSquaredError(
            Scores yTrue,
            Scores yPred,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
            => Regress(new(ErrorKind.Squared, 1), yTrue, yPred, sampleWeight, mask, reduction, gradient);

        /// <summary><c>MeanAbsoluteError</c>: the mean over the last axis, then the reduction over the others.</summary>
        /// <param name="yTrue">Values shaped as the predictions, but for a trailing axis of length 1.</param>
        /// <param name="yPred">Predictions of any rank.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the shape without the last axis.</param>
        /// <param name="mask">1 where a loss counts.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The loss in units of the predictions.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        public static ConventionLoss MeanAbsoluteError(
            Scores yTrue,
            Scores yPred,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
            => Regress(new(ErrorKind.Absolute, 1), yTrue, yPred, sampleWeight, mask, reduction, gradient);

        /// <summary><c>Huber</c>: d²/2 up to |d| = δ and δ·(|d| − δ/2) beyond; the mean over the last axis, then the reduction.</summary>
        /// <param name="yTrue">Values shaped as the predictions, but for a trailing axis of length 1.</param>
        /// <param name="yPred">Predictions of any rank.</param>
        /// <param name="delta">δ, above 0.</param>
        /// <param name="sampleWeight">A number, or weights that broadcast to the shape without the last axis.</param>
        /// <param name="mask">1 where a loss counts.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂yPred goes.</param>
        /// <returns>The loss.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        /// <exception cref="LossOptionException">δ is not above 0.</exception>
        public static ConventionLoss Huber(
            Scores yTrue,
            Scores yPred,
            double delta = 1,
            SampleWeights? sampleWeight = null,
            SampleWeights? mask = null,
            KerasReduction reduction = KerasReduction.SumOverBatchSize,
            Gradient gradient = default)
            => Regress(new(ErrorKind.Huber, delta), yTrue, yPred, sampleWeight, mask, reduction, gradient);

        private static ConventionLoss Classify(
            Targets yTrue,
            Scores yPred,
            bool fromLogits,
            ScoreView view,
            SampleWeights? sampleWeight,
            SampleWeights? mask,
            long? ignoreClass,
            KerasReduction reduction,
            CrossEntropyOptions options,
            Gradient gradient)
        {
            KerasWeighting weighting = new(view, sampleWeight, mask, ignoreClass, reduction);
            return weighting.Complete(CoreCall.CrossEntropy(
                fromLogits ? ScoreForm.Logits : ScoreForm.Probabilities,
                view,
                yPred,
                view.View(yTrue, "y_true"),
                weighting.Weights,
                options with { Reduction = weighting.Reduction, Clip = fromLogits ? null : Clip },
                gradient));
        }

        private static ConventionLoss Regress(
            ErrorChoice error,
            Scores yTrue,
            Scores yPred,
            SampleWeights? sampleWeight,
            SampleWeights? mask,
            KerasReduction reduction,
            Gradient gradient)
        {
            CoreCall.CheckShape(gradient, yPred.Shape, "the gradient");
            TensorShape? adjusted = AdjustedShape(yTrue.Shape, yPred.Shape);
            TensorShape shape = adjusted ?? yPred.Shape;
            Scores predictions = yPred.Reshaped(shape);
            Scores values = adjusted is null ? yTrue : yTrue.Reshaped(shape);
            TensorShape positions = shape.Rank == 1 ? new TensorShape(0, 1) : shape.Without(shape.Rank - 1);
            ScoreView rows = new(positions, positions, ScoreLayout.Nv, positions, TensorShape.Of(positions.Count));
            KerasWeighting weighting = new(rows, sampleWeight, mask, ignoreClass: null, reduction);
            RegressionOptions options = new() { Reduction = weighting.Reduction };
            return weighting.Complete(
                CoreCall.Regression(error, predictions, values, weighting.Weights, positions, options, gradient.Reshaped(shape)));
        }

        /// <summary>Of ranks that differ by a trailing 1, Keras takes the higher beside rank 1 and the lower otherwise.</summary>
        private static TensorShape? AdjustedShape(TensorShape yTrue, TensorShape yPred)
        {
            TensorShape higher = yTrue.Rank > yPred.Rank ? yTrue : yPred;
            TensorShape lower = yTrue.Rank > yPred.Rank ? yPred : yTrue;
            bool differByOne = higher.Rank == lower.Rank + 1 && higher[higher.Rank - 1] == 1 && higher.Count == lower.Count;
            return !differByOne ? null
                : lower.Rank == 1 ? higher
                : lower;
        }
    }
}
