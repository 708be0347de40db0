namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>JoeyNMT.</summary>
    public static class JoeyNmt
    {
        /// <summary>
        /// <c>XentLoss</c>: with smoothing the Kullback-Leibler divergence to 1 − ε on the target and ε/(V − 2) on every other class but
        /// padding, so a perfect fit costs 0; without smoothing the negative log-likelihood.
        /// </summary>
        /// <param name="logProbs">Scores <c>[B, T, V]</c>.</param>
        /// <param name="target">Ids <c>[B, T]</c>.</param>
        /// <param name="padIndex">The id that does not count, a class.</param>
        /// <param name="smoothing">ε in [0, 1].</param>
        /// <param name="normalization">What the summed loss is divided by.</param>
        /// <param name="logProbsAre">What the scores are; JoeyNMT passes log-probabilities.</param>
        /// <param name="gradient">Where ∂(value)/∂scores goes.</param>
        /// <returns>The loss in nats; 0 where nothing counts.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is not a class.</exception>
        /// <exception cref="LossOptionException">ε is out of range, or the targets are floating-point.</exception>
        public static ConventionLoss XentLoss(
            Scores logProbs,
            Targets target,
            int padIndex,
            double smoothing = 0,
            JoeyNmtNormalization normalization = JoeyNmtNormalization.Sum,
            ScoreForm logProbsAre = ScoreForm.LogProbabilities,
            Gradient gradient = default)
        {
            RequireIds(target, "XentLoss");
            ScoreView view = ScoreView.OfSequences(logProbs.Shape, ScoreLayout.Btv, "log_probs");
            CrossEntropyOptions options = new()
            {
                LabelSmoothing = smoothing,
                Smoothing = SmoothingKind.OthersButPad,
                PadIndex = padIndex,
                SubtractTargetEntropy = smoothing > 0,
                Reduction = normalization switch
                {
                    JoeyNmtNormalization.Batch => Reduction.MeanBatch,
                    JoeyNmtNormalization.Tokens => Reduction.MeanValid,
                    JoeyNmtNormalization.Sum => Reduction.Sum,
                    _ => throw new LossOptionException($"{normalization} is not a normalization: batch, tokens or sum."),
                },
            };
            return CoreCall.CrossEntropy(
                logProbsAre,
                view,
                logProbs,
                view.View(target, "target"),
                TokenWeights.FromIgnoreIndex(padIndex),
                options,
                gradient);
        }
    }
}
