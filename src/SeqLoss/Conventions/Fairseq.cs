using System;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>fairseq's criterions. The loss is a sum; the trainer divides its gradient by the sample size.</summary>
    /// <remarks>
    /// The sample size is <see cref="ConventionLoss.Divisor"/>: the tokens (<c>ntokens</c>), or the sentences with
    /// <c>sentence_avg</c>. Logs are in bits: <see cref="ConventionLoss.Value"/> / Divisor / ln 2.
    /// </remarks>
    public static class Fairseq
    {
        /// <summary><c>cross_entropy</c>: −Σ ln p[target] without padding.</summary>
        /// <param name="netOutput">Scores <c>[B, T, V]</c>.</param>
        /// <param name="target">Ids <c>[B, T]</c>.</param>
        /// <param name="paddingIdx">The id that does not count.</param>
        /// <param name="sentenceAvg">Whether the sample size is the number of sentences.</param>
        /// <param name="reduce"><see langword="false"/>: the losses, <c>[B, T]</c>.</param>
        /// <param name="ntokens">
        /// The tokens of the batch as the data pipeline counted them; <see langword="null"/>: those that are not padding.
        /// </param>
        /// <param name="netOutputIs">What the scores are.</param>
        /// <param name="gradient">Where ∂(sum)/∂scores goes.</param>
        /// <returns>The summed loss in nats, with the sample size as the divisor.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor padding.</exception>
        /// <exception cref="LossOptionException">The targets are floating-point.</exception>
        public static ConventionLoss CrossEntropy(
            Scores netOutput,
            Targets target,
            int paddingIdx,
            bool sentenceAvg = false,
            bool reduce = true,
            long? ntokens = null,
            ScoreForm netOutputIs = ScoreForm.Logits,
            Gradient gradient = default)
            => LabelSmoothedCrossEntropy(netOutput, target, 0, paddingIdx, sentenceAvg, reduce, ntokens, netOutputIs, gradient);

        /// <summary>
        /// <c>label_smoothed_cross_entropy</c>: 1 − ε on the target and ε/(V − 1) on every other class, padding's too.
        /// </summary>
        /// <remarks>
        /// The unsmoothed <c>nll_loss</c> is <see cref="LossSum.NegativeLogLikelihood"/>; perplexity is <see cref="LossSum.Perplexity"/>.
        /// </remarks>
        /// <param name="netOutput">Scores <c>[B, T, V]</c>.</param>
        /// <param name="target">Ids <c>[B, T]</c>.</param>
        /// <param name="labelSmoothing">ε in [0, 1].</param>
        /// <param name="paddingIdx">The id that does not count.</param>
        /// <param name="sentenceAvg">Whether the sample size is the number of sentences.</param>
        /// <param name="reduce"><see langword="false"/>: the losses, <c>[B, T]</c>.</param>
        /// <param name="ntokens">
        /// The tokens of the batch as the data pipeline counted them; <see langword="null"/>: those that are not padding.
        /// </param>
        /// <param name="netOutputIs">What the scores are.</param>
        /// <param name="gradient">Where ∂(sum)/∂scores goes.</param>
        /// <returns>The summed loss in nats, with the sample size as the divisor.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor padding.</exception>
        /// <exception cref="LossOptionException">ε is out of range, or the targets are floating-point.</exception>
        public static ConventionLoss LabelSmoothedCrossEntropy(
            Scores netOutput,
            Targets target,
            double labelSmoothing,
            int paddingIdx,
            bool sentenceAvg = false,
            bool reduce = true,
            long? ntokens = null,
            ScoreForm netOutputIs = ScoreForm.Logits,
            Gradient gradient = default)
        {
            RequireIds(target, "label_smoothed_cross_entropy");
            ScoreView view = ScoreView.OfSequences(netOutput.Shape, ScoreLayout.Btv, "net_output");
            CrossEntropyOptions options = new()
            {
                LabelSmoothing = labelSmoothing,
                Smoothing = SmoothingKind.Others,
                Reduction = reduce ? Reduction.Sum : Reduction.None,
            };
            ConventionLoss loss = CoreCall.CrossEntropy(
                netOutputIs,
                view,
                netOutput,
                view.View(target, "target"),
                TokenWeights.FromIgnoreIndex(paddingIdx),
                options,
                gradient);

            // The sample size is known though the value is not divided by it: max(1, ·) is the trainer's "or 1.0".
            return loss with { Divisor = Math.Max(1, sentenceAvg ? loss.Sum.Sequences : ntokens ?? loss.Sum.Valid) };
        }
    }
}
