using System;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>Marian: time-major, a sum of losses beside a count of labels.</summary>
    public static class Marian
    {
        /// <summary>Σ ce·mask·labelWeights with smoothing ε/V, shown as <paramref name="costType"/> asks.</summary>
        /// <param name="logits">Logits <c>[T, B, V]</c>.</param>
        /// <param name="labels">Ids <c>[T, B]</c>.</param>
        /// <param name="mask">1 where a label counts, <c>[T, B]</c>.</param>
        /// <param name="labelWeights">Weights <c>[T, B]</c>; they enter the sum, not the count.</param>
        /// <param name="labelSmoothing">ε in [0, 1].</param>
        /// <param name="costType">What the value is.</param>
        /// <param name="gradient">Where ∂(sum)/∂logits goes: of the sum whatever the cost type, as Marian optimises.</param>
        /// <returns>The cost in nats; 0 where nothing counts.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or a label that counts is not a class.</exception>
        /// <exception cref="LossOptionException">ε is out of range, or the labels are floating-point.</exception>
        public static ConventionLoss CrossEntropy(
            Scores logits,
            Targets labels,
            SampleWeights? mask = null,
            SampleWeights? labelWeights = null,
            double labelSmoothing = 0,
            MarianCost costType = MarianCost.CeSum,
            Gradient gradient = default)
        {
            RequireIds(labels, "Marian");
            ScoreView view = ScoreView.OfSequences(logits.Shape, ScoreLayout.Tbv, "logits");
            TokenWeights? weights = CoreCall.Join(
                view.MaskOf(mask?.Exactly(view.Positions, "mask")),
                view.WeightsOf(labelWeights?.Exactly(view.Positions, "labelWeights")));
            CrossEntropyOptions options = new() { LabelSmoothing = labelSmoothing, Reduction = Reduction.Sum };
            ConventionLoss loss = CoreCall.CrossEntropy(
                ScoreForm.Logits, view, logits, view.View(labels, "labels"), weights, options, gradient);
            double divisor = costType switch
            {
                MarianCost.CeSum => 1,
                MarianCost.CeMean => loss.Sum.Sequences,
                MarianCost.CeMeanWords or MarianCost.Perplexity => loss.Sum.Valid,
                _ => throw new LossOptionException($"{costType} is not a cost type: ce-sum, ce-mean-words, ce-mean or perplexity."),
            };
            double cost = divisor == 0 ? 0 : loss.Value / divisor;
            return loss with { Value = costType == MarianCost.Perplexity ? Math.Exp(cost) : cost, Divisor = divisor };
        }
    }
}
