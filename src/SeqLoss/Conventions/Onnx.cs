using System.Runtime.CompilerServices;
using SeqLoss.Planning;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>ONNX operators, opset 13. The class axis is 1, whatever the rank; an empty mean is NaN.</summary>
    /// <seealso href="https://onnx.ai/onnx/operators/">Operators.</seealso>
    public static class Onnx
    {
        /// <summary><c>SoftmaxCrossEntropyLoss</c>: logits against ids, with the log-probabilities as a second output.</summary>
        /// <param name="scores">Logits <c>[N, C, d…]</c>.</param>
        /// <param name="labels">Ids <c>[N, d…]</c>.</param>
        /// <param name="weights">A weight per class, <c>[C]</c>.</param>
        /// <param name="ignoreIndex">The id that does not count, a class or not; <see langword="null"/>: every id counts.</param>
        /// <param name="reduction">none, mean or sum; mean divides by the class weights of the labels that are not ignored.</param>
        /// <param name="gradient">Where ∂output/∂scores goes.</param>
        /// <param name="logProb">
        /// Where <c>log_prob</c>, shaped as the scores, goes, or <c>default</c>; may be the scores' own memory, not the gradient's.
        /// </param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">The labels are probabilities.</exception>
        public static ConventionLoss SoftmaxCrossEntropyLoss(
            Scores scores,
            Targets labels,
            ClassWeights? weights = null,
            long? ignoreIndex = null,
            TorchReduction reduction = TorchReduction.Mean,
            Gradient gradient = default,
            Gradient logProb = default)
        {
            RequireIds(labels, "SoftmaxCrossEntropyLoss");
            RequireClassAxis(scores.Shape, "scores");
            CrossEntropyOptions options = new() { ClassWeights = weights };
            bool isGradientInPlace = gradient.IsWanted && Unsafe.AreSame(ref gradient.Data, ref scores.Data);
            if (logProb.IsWanted)
            {
                CoreCall.CheckShape(logProb, scores.Shape, "log_prob");
                Scores written = Scores.Of(ref logProb.Data, logProb.Type, logProb.Shape);
                MemoryOverlap.Check(written, gradient, "log_prob", mayBeSame: false);
            }

            if (logProb.IsWanted && isGradientInPlace)
            {
                // The scores are about to be overwritten; a first pass refuses what is wrong before anything is.
                Torch.Call(ScoreForm.Logits, scores, labels, ignoreIndex, reduction, options, EmptyPolicy.NaN, default);
                WriteLogProbabilities(scores, logProb);
            }

            ConventionLoss loss = Torch.Call(
                ScoreForm.Logits, scores, labels, ignoreIndex, reduction, options, EmptyPolicy.NaN, gradient);
            if (logProb.IsWanted && !isGradientInPlace)
            {
                WriteLogProbabilities(scores, logProb);
            }

            return loss;
        }

        /// <summary><c>NegativeLogLikelihoodLoss</c>: log-probabilities against ids, taken as they are.</summary>
        /// <param name="input">Log-probabilities <c>[N, C, d…]</c>.</param>
        /// <param name="target">Ids <c>[N, d…]</c>.</param>
        /// <param name="weight">A weight per class, <c>[C]</c>.</param>
        /// <param name="ignoreIndex">The id that does not count, a class or not; <see langword="null"/>: every id counts.</param>
        /// <param name="reduction">none, mean or sum; mean divides by the class weights of the targets that are not ignored.</param>
        /// <param name="gradient">Where ∂loss/∂input goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">The targets are probabilities.</exception>
        public static ConventionLoss NegativeLogLikelihoodLoss(
            Scores input,
            Targets target,
            ClassWeights? weight = null,
            long? ignoreIndex = null,
            TorchReduction reduction = TorchReduction.Mean,
            Gradient gradient = default)
        {
            RequireIds(target, "NegativeLogLikelihoodLoss");
            RequireClassAxis(input.Shape, "input");
            CrossEntropyOptions options = new() { ClassWeights = weight };
            return Torch.Call(ScoreForm.LogProbabilities, input, target, ignoreIndex, reduction, options, EmptyPolicy.NaN, gradient);
        }

        private static void WriteLogProbabilities(Scores scores, Gradient logProb)
        {
            ScoreView view = ScoreView.OfAxis(scores.Shape, 1);
            LogSoftmax.WriteTo(scores.Reshaped(view.Viewed), logProb.Reshaped(view.Viewed), view.Layout);
        }

        private static void RequireClassAxis(TensorShape scores, string name)
        {
            if (scores.Rank < 2)
            {
                throw new LossInputException($"{name} has shape {scores}, [N, C, d...] is needed.");
            }
        }
    }
}
