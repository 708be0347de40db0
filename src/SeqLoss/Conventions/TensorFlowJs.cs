namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>TensorFlow.js. Without weights a mean is over all losses; an empty one is NaN, as 0/0 is there.</summary>
    /// <remarks>The gradient of an empty mean is 0 here and NaN there.</remarks>
    public static class TensorFlowJs
    {
        /// <summary><c>tf.losses.softmaxCrossEntropy</c>: distributions against logits, over the last axis.</summary>
        /// <remarks>
        /// The gradient is softmax − labels, as the operation's own, which takes the labels to sum to one even where they do not.
        /// </remarks>
        /// <param name="onehotLabels">Distributions shaped as the logits.</param>
        /// <param name="logits">Logits <c>[…, V]</c>.</param>
        /// <param name="weights">A number, or weights that broadcast to the losses' shape.</param>
        /// <param name="labelSmoothing">ε in [0, 1], ε/V on every class.</param>
        /// <param name="reduction">What the losses become.</param>
        /// <param name="gradient">Where ∂(value)/∂logits goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">The shapes do not fit together.</exception>
        /// <exception cref="LossOptionException">
        /// ε is out of range, or not 0 where axis 1 is not as long as the last one: TensorFlow.js divides ε by the length of axis 1.
        /// </exception>
        public static ConventionLoss SoftmaxCrossEntropy(
            Targets onehotLabels,
            Scores logits,
            SampleWeights? weights = null,
            double labelSmoothing = 0,
            TensorFlowJsReduction reduction = TensorFlowJsReduction.SumByNonzeroWeights,
            Gradient gradient = default)
        {
            RequireDistributions(onehotLabels, "softmaxCrossEntropy");
            TensorShape shape = logits.Shape;
            if (labelSmoothing != 0 && (shape.Rank == 1 || shape[1] != shape[shape.Rank - 1]))
            {
                throw new LossOptionException(
                    $"TensorFlow.js divides the smoothing by axis 1, not by the classes, of logits {shape}: reshape to [N, V].");
            }

            ScoreView view = ScoreView.OfAxis(shape, -1);
            CrossEntropyOptions options = new()
            {
                LabelSmoothing = labelSmoothing,
                AssumeUnitMass = true,
                Empty = EmptyPolicy.NaN,
                Reduction = reduction switch
                {
                    TensorFlowJsReduction.None => Reduction.None,
                    TensorFlowJsReduction.Mean => Reduction.Mean,
                    TensorFlowJsReduction.Sum => Reduction.Sum,
                    TensorFlowJsReduction.SumByNonzeroWeights => Reduction.MeanNonzero,
                    _ => throw new LossOptionException($"{reduction} is not a reduction of TensorFlow.js."),
                },
            };
            return CoreCall.CrossEntropy(
                ScoreForm.Logits,
                view,
                logits,
                view.View(onehotLabels, "onehotLabels"),
                view.WeightsOf(weights?.BroadcastAsNumPy(view.Positions, "weights")),
                options,
                gradient);
        }
    }
}
