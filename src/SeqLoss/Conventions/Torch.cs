using System;
using System.Numerics.Tensors;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>PyTorch: <c>torch.nn.functional</c>. The class axis is 1, or 0 where there is only one; an empty mean is NaN.</summary>
    /// <seealso href="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html">Documentation.</seealso>
    public static class Torch
    {
        /// <summary><c>F.cross_entropy</c>: logits against ids or probabilities.</summary>
        /// <remarks>
        /// For ids <c>mean</c> divides by the class weights of the targets that are not ignored; for probabilities by the number of
        /// rows, class weights or not. Smoothing is ε/C over all classes, each times its class weight.
        /// </remarks>
        /// <param name="input">Logits <c>[N, C, d…]</c> or <c>[C]</c>.</param>
        /// <param name="target">Ids <c>[N, d…]</c>, or probabilities shaped as the input.</param>
        /// <param name="weight">A weight per class, <c>[C]</c>.</param>
        /// <param name="ignoreIndex">
        /// The id that does not count; need not be a class. For probabilities a negative number without effect.
        /// </param>
        /// <param name="reduction">none, mean or sum.</param>
        /// <param name="labelSmoothing">ε in [0, 1].</param>
        /// <param name="gradient">Where ∂loss/∂input goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">An argument is out of range, or does not apply to probabilities.</exception>
        public static ConventionLoss CrossEntropy(
            Scores input,
            Targets target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            TorchReduction reduction = TorchReduction.Mean,
            double labelSmoothing = 0,
            Gradient gradient = default)
        {
            if (!target.AreIds && ignoreIndex >= 0)
            {
                throw new LossOptionException($"ignore_index is {ignoreIndex}, but it does not apply to targets that are probabilities.");
            }

            CrossEntropyOptions options = new() { ClassWeights = weight, LabelSmoothing = labelSmoothing };
            return Call(ScoreForm.Logits, input, target, ignoreIndex, reduction, options, EmptyPolicy.NaN, gradient);
        }

        /// <summary><c>F.nll_loss</c>: log-probabilities against ids, taken as they are.</summary>
        /// <param name="input">Log-probabilities <c>[N, C, d…]</c> or <c>[C]</c>.</param>
        /// <param name="target">Ids <c>[N, d…]</c>.</param>
        /// <param name="weight">A weight per class, <c>[C]</c>.</param>
        /// <param name="ignoreIndex">The id that does not count; need not be a class.</param>
        /// <param name="reduction">none, mean or sum; mean divides by the class weights of the targets that are not ignored.</param>
        /// <param name="gradient">Where ∂loss/∂input goes.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">The targets are probabilities.</exception>
        public static ConventionLoss NllLoss(
            Scores input,
            Targets target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            TorchReduction reduction = TorchReduction.Mean,
            Gradient gradient = default)
        {
            RequireIds(target, "nll_loss");
            CrossEntropyOptions options = new() { ClassWeights = weight };
            return Call(ScoreForm.LogProbabilities, input, target, ignoreIndex, reduction, options, EmptyPolicy.NaN, gradient);
        }

        /// <summary><c>F.linear_cross_entropy</c>: that of <c>linear(input, linear_weight)</c>, without the logits.</summary>
        /// <remarks>
        /// Divisors, smoothing and the NaN of an empty mean are those of <see cref="CrossEntropy"/>. Probabilities as targets and a weight
        /// of more axes, which PyTorch computes from whole logits, are refused. Memory for logits is taken anew by each call, 32 MiB at
        /// most: <see cref="SeqLoss.LinearCrossEntropy"/> keeps it.
        /// </remarks>
        /// <param name="input"><c>[N, D]</c> or <c>[D]</c>, <see cref="float"/> or BF16.</param>
        /// <param name="linearWeight"><c>[C, D]</c>, <see cref="float"/> or BF16.</param>
        /// <param name="target">Ids <c>[N]</c>.</param>
        /// <param name="linearBias">An addend for each class, <c>[C]</c>; empty for none.</param>
        /// <param name="weight">A weight per class, <c>[C]</c>.</param>
        /// <param name="reduction">none, mean or sum.</param>
        /// <param name="ignoreIndex">The id that does not count; <see langword="null"/>: −100.</param>
        /// <param name="labelSmoothing">ε in [0, 1].</param>
        /// <param name="gradients">Where ∂loss/∂input, ∂loss/∂linear_weight and ∂loss/∂linear_bias go.</param>
        /// <returns>The loss in nats.</returns>
        /// <exception cref="LossInputException">Shapes or types do not fit, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">An argument is out of range, or the targets are probabilities.</exception>
        /// <seealso href="https://docs.pytorch.org/docs/2.15/generated/torch.nn.functional.linear_cross_entropy.html">
        /// Documentation.
        /// </seealso>
        public static ConventionLoss LinearCrossEntropy(
            Scores input,
            Scores linearWeight,
            Targets target,
            ReadOnlySpan<float> linearBias = default,
            ClassWeights? weight = null,
            TorchReduction reduction = TorchReduction.Mean,
            long? ignoreIndex = null,
            double labelSmoothing = 0,
            ProjectionGradients gradients = default)
        {
            RequireIds(target, "linear_cross_entropy");
            TensorShape positions = target.Shape;
            if (input.Shape.Rank == 1 && target.Shape.Count == 1)
            {
                // A row without an axis of positions: its loss is a number, reduced or not.
                positions = new(0, 1);
                input = input.Reshaped(new(2, 1, input.Shape.Length0));
                target = target.Reshaped(TensorShape.Of(1));
                if (gradients.Hidden.Rank == 1)
                {
                    gradients = gradients with { Hidden = gradients.Hidden.Reshape([1, gradients.Hidden.FlattenedLength]) };
                }
            }

            CrossEntropyOptions options = new()
            {
                ClassWeights = weight,
                LabelSmoothing = labelSmoothing,
                Reduction = Of(reduction),
                Empty = EmptyPolicy.NaN,
            };
            return CoreCall.LinearCrossEntropy(
                input, new(linearWeight) { Bias = linearBias }, target, ignoreIndex ?? -100, positions, options, gradients);
        }

        /// <summary>What PyTorch, ONNX and Liger have in common: class axis 1, an ignored id, and three reductions.</summary>
        internal static ConventionLoss Call(
            ScoreForm form,
            Scores input,
            Targets target,
            long? ignoreIndex,
            TorchReduction reduction,
            CrossEntropyOptions options,
            EmptyPolicy empty,
            Gradient gradient)
        {
            ScoreView view = ScoreView.OfAxis(input.Shape, input.Shape.Rank == 1 ? 0 : 1);
            TokenWeights? weights = target.AreIds && ignoreIndex is { } ignored ? TokenWeights.FromIgnoreIndex(ignored) : null;
            return CoreCall.CrossEntropy(
                form,
                view,
                input,
                view.View(target, "the target"),
                weights,
                options with { Reduction = Of(reduction), Empty = empty },
                gradient);
        }

        /// <summary>The core's reduction.</summary>
        internal static Reduction Of(TorchReduction reduction) => reduction switch
        {
            TorchReduction.None => Reduction.None,
            TorchReduction.Mean => Reduction.Mean,
            TorchReduction.Sum => Reduction.Sum,
            _ => throw new LossOptionException($"{reduction} is not a reduction: none, mean or sum."),
        };
    }

    /// <summary>Refuses distributions where a framework takes ids only.</summary>
    private static void RequireIds(Targets targets, string function)
    {
        if (!targets.AreIds)
        {
            throw new LossOptionException($"{function} takes ids of an integer type, these targets are floating-point.");
        }
    }

    /// <summary>Refuses ids where a framework takes distributions only.</summary>
    private static void RequireDistributions(Targets targets, string function)
    {
        if (targets.AreIds)
        {
            throw new LossInputException($"{function} takes targets shaped as the scores, these are ids.");
        }
    }
}
