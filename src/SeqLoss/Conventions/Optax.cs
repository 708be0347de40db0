using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Errors;
using SeqLoss.Planning;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>optax: every loss is unreduced, so there is no divisor and no empty rule; <c>jnp.mean</c> counts padding.</summary>
    /// <seealso href="https://optax.readthedocs.io/en/latest/api/losses.html">Documentation.</seealso>
    public static class Optax
    {
        /// <summary><c>softmax_cross_entropy</c> and <c>safe_softmax_cross_entropy</c>: distributions against logits.</summary>
        /// <remarks>0·ln 0 = 0, as the safe one has it; the plain one gives NaN for a logit of −∞ without mass.</remarks>
        /// <param name="logits">Logits of any rank.</param>
        /// <param name="labels">Distributions shaped as the logits.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="where">
        /// True where a class is there, shaped as the logits (mass on other classes is dropped), or where a loss is, shaped as the losses.
        /// </param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂logits goes; its upstream is shaped as the losses.</param>
        /// <returns>The losses in nats, 0 where nothing is true in <paramref name="where"/>.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        /// <exception cref="LossOptionException">There is no such axis.</exception>
        public static ConventionLoss SoftmaxCrossEntropy(
            Scores logits, Targets labels, int axis = -1, SampleWeights? where = null, Gradient gradient = default)
            => SoftmaxCrossEntropy(logits, labels, [axis], where, gradient);

        /// <inheritdoc cref="SoftmaxCrossEntropy(Scores, Targets, int, SampleWeights?, Gradient)"/>
        /// <param name="logits">Logits of any rank.</param>
        /// <param name="labels">Distributions shaped as the logits.</param>
        /// <param name="axes">Adjacent axes that together are the classes.</param>
        /// <param name="where">See the other overload.</param>
        /// <param name="gradient">See the other overload.</param>
        public static ConventionLoss SoftmaxCrossEntropy(
            Scores logits, Targets labels, ReadOnlySpan<int> axes, SampleWeights? where = null, Gradient gradient = default)
        {
            RequireDistributions(labels, "softmax_cross_entropy");
            ScoreView view = ScoreView.OfAxes(logits.Shape, axes);
            Targets viewed = view.View(labels, "labels");
            if (where is null || where.Shape == view.Positions)
            {
                return CoreCall.CrossEntropy(
                    ScoreForm.Logits, view, logits, viewed, view.MaskOf(where?.Exactly(view.Positions, "where")), Unreduced, gradient);
            }

            ClassMask mask = ClassMask.Of(where, view);
            return CoreCall.CrossEntropy(
                ScoreForm.Logits,
                view,
                mask.Apply(logits),
                mask.Apply(viewed),
                view.MaskOf(mask.RowHasClasses),
                Unreduced,
                gradient);
        }

        /// <summary><c>softmax_cross_entropy_with_integer_labels</c>: ids against logits.</summary>
        /// <param name="logits">Logits of any rank.</param>
        /// <param name="labels">Ids, the logits' shape without the class axis.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="where">
        /// True where a class is there, shaped as the logits (other classes leave the normaliser, the label's logit stays), or where a
        /// loss is, shaped as the losses.
        /// </param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂logits goes; its upstream is shaped as the losses.</param>
        /// <returns>The losses in nats, 0 where nothing is true in <paramref name="where"/>.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together, or a label is not a class.</exception>
        /// <exception cref="LossOptionException">There is no such axis, or the labels are floating-point.</exception>
        public static ConventionLoss SoftmaxCrossEntropyWithIntegerLabels(
            Scores logits, Targets labels, int axis = -1, SampleWeights? where = null, Gradient gradient = default)
            => SoftmaxCrossEntropyWithIntegerLabels(logits, labels, [axis], where, gradient);

        /// <inheritdoc cref="SoftmaxCrossEntropyWithIntegerLabels(Scores, Targets, int, SampleWeights?, Gradient)"/>
        /// <param name="logits">Logits of any rank.</param>
        /// <param name="labels">Ids of the flattened class axes, the logits' shape without them.</param>
        /// <param name="axes">Adjacent axes that together are the classes.</param>
        /// <param name="where">See the other overload.</param>
        /// <param name="gradient">See the other overload.</param>
        public static ConventionLoss SoftmaxCrossEntropyWithIntegerLabels(
            Scores logits, Targets labels, ReadOnlySpan<int> axes, SampleWeights? where = null, Gradient gradient = default)
        {
            RequireIds(labels, "softmax_cross_entropy_with_integer_labels");
            ScoreView view = ScoreView.OfAxes(logits.Shape, axes);
            Targets viewed = view.View(labels, "labels");
            if (where is null || where.Shape == view.Positions)
            {
                return CoreCall.CrossEntropy(
                    ScoreForm.Logits, view, logits, viewed, view.MaskOf(where?.Exactly(view.Positions, "where")), Unreduced, gradient);
            }

            ClassMask mask = ClassMask.Of(where, view);
            double[] logSumExp = new double[view.ViewedPositions.Count];
            ConventionLoss loss = CoreCall.CrossEntropy(
                ScoreForm.Logits,
                view,
                mask.Apply(logits),
                viewed,
                view.MaskOf(mask.RowHasClasses),
                Unreduced,
                gradient,
                new LossOutputs { LogSumExp = logSumExp });
            return mask.WithLabelLogits(loss, logits, new TargetIds(viewed), logSumExp);
        }

        /// <summary><c>smooth_labels</c>: (1 − α)·labels + α/V.</summary>
        /// <param name="labels">Distributions <c>[…, V]</c>.</param>
        /// <param name="alpha">α in [0, 1].</param>
        /// <returns>The smoothed labels, in the same shape.</returns>
        /// <exception cref="LossInputException">The labels are ids.</exception>
        /// <exception cref="LossOptionException">α is out of range.</exception>
        public static Tensor<double> SmoothLabels(Targets labels, double alpha)
        {
            RequireDistributions(labels, "smooth_labels");
            if (alpha is not (>= 0 and <= 1))
            {
                throw new LossOptionException($"alpha is {Text.Of(alpha)}: it is in [0, 1].");
            }

            double[] smoothed = new double[labels.Shape.Count];
            TensorCopy.Smoothed(labels, alpha, (int)labels.Shape[labels.Shape.Rank - 1], smoothed);
            return Tensor.Create(smoothed, ScoreView.Lengths(labels.Shape));
        }

        /// <summary><c>kl_divergence</c>: Σ t·(ln t − log_prediction).</summary>
        /// <param name="logPredictions">Log-probabilities of any rank.</param>
        /// <param name="targets">Distributions of the same shape.</param>
        /// <param name="axis">The class axis.</param>
        /// <param name="gradient">Where ∂(sum of the divergences)/∂logPredictions goes; its upstream is shaped as the result.</param>
        /// <returns>The divergences in nats.</returns>
        /// <exception cref="LossInputException">The shapes differ.</exception>
        /// <exception cref="LossOptionException">There is no such axis.</exception>
        public static ConventionLoss KlDivergence(
            Scores logPredictions, Targets targets, int axis = -1, Gradient gradient = default)
        {
            RequireDistributions(targets, "kl_divergence");
            ScoreView view = ScoreView.OfAxis(logPredictions.Shape, axis);
            CrossEntropyOptions options = Unreduced with { SubtractTargetEntropy = true };
            return CoreCall.CrossEntropy(
                ScoreForm.LogProbabilities, view, logPredictions, view.View(targets, "targets"), null, options, gradient);
        }

        /// <summary><c>squared_error</c>: d² of each element.</summary>
        /// <param name="predictions">Predictions of any rank.</param>
        /// <param name="targets">Targets of the same shape.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂predictions goes; its upstream is shaped as the predictions.</param>
        /// <returns>The losses, shaped as the predictions.</returns>
        /// <exception cref="LossInputException">The shapes differ.</exception>
        public static ConventionLoss SquaredError(Scores predictions, Scores targets, Gradient gradient = default)
            => OfElements(new(ErrorKind.Squared, 1), predictions, targets, null, gradient);

        /// <summary><c>l2_loss</c>: d²/2 of each element, half of what others call squared error.</summary>
        /// <param name="predictions">Predictions of any rank.</param>
        /// <param name="targets">Targets of the same shape.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂predictions goes; its upstream is shaped as the predictions.</param>
        /// <returns>The losses, shaped as the predictions.</returns>
        /// <exception cref="LossInputException">The shapes differ.</exception>
        public static ConventionLoss L2Loss(Scores predictions, Scores targets, Gradient gradient = default)
            => OfElements(new(ErrorKind.Squared, 1), predictions, targets, 0.5, gradient);

        /// <summary><c>huber_loss</c>: d²/2 up to |d| = δ and δ·(|d| − δ/2) beyond, of each element.</summary>
        /// <param name="predictions">Predictions of any rank.</param>
        /// <param name="targets">Targets of the same shape.</param>
        /// <param name="delta">δ, above 0.</param>
        /// <param name="gradient">Where ∂(sum of the losses)/∂predictions goes; its upstream is shaped as the predictions.</param>
        /// <returns>The losses, shaped as the predictions.</returns>
        /// <exception cref="LossInputException">The shapes differ.</exception>
        /// <exception cref="LossOptionException">δ is not above 0.</exception>
        public static ConventionLoss HuberLoss(Scores predictions, Scores targets, double delta = 1, Gradient gradient = default)
            => OfElements(new(ErrorKind.Huber, delta), predictions, targets, null, gradient);

        private static CrossEntropyOptions Unreduced { get; } = new() { Reduction = Reduction.None };

        private static ConventionLoss OfElements(
            ErrorChoice error, Scores predictions, Scores targets, SampleWeights? weight, Gradient gradient)
        {
            TensorShape elements = TensorShape.Of(predictions.Shape.Count);
            TokenWeights? weights = weight is null
                ? null
                : TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(weight.Broadcast(elements, "weight")));
            RegressionOptions options = new() { Reduction = Reduction.None };
            return CoreCall.Regression(error, predictions, targets, weights, predictions.Shape, options, gradient);
        }
    }
}
