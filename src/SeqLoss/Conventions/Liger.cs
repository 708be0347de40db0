using System;

namespace SeqLoss;

public static partial class Conventions
{
    /// <summary>Liger-Kernel. An empty mean is exactly 0.</summary>
    public static class Liger
    {
        /// <summary><c>LigerCrossEntropyLoss</c>: PyTorch's cross-entropy of ids with z-loss and soft-cap.</summary>
        /// <remarks>
        /// With class weights <c>mean</c> divides the cross-entropy by the class weights of the targets, but the z-loss by their number.
        /// </remarks>
        /// <param name="input">Logits <c>[N, V]</c>.</param>
        /// <param name="target">Ids <c>[N]</c>.</param>
        /// <param name="weight">A weight per class, <c>[V]</c>; not for the z-loss.</param>
        /// <param name="ignoreIndex">The id that does not count.</param>
        /// <param name="lseSquareScale">λ of λ·lse².</param>
        /// <param name="labelSmoothing">ε in [0, 1], ε/V on every class.</param>
        /// <param name="reduction">none, mean or sum.</param>
        /// <param name="softcap">s of s·tanh(x/s), above 0; <see langword="null"/>: none.</param>
        /// <param name="gradient">Where ∂loss/∂input goes; may be the input's own memory, as in Liger.</param>
        /// <returns>The loss in nats, z-loss included.</returns>
        /// <exception cref="LossInputException">Shapes do not fit together, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">An argument is out of range, or the targets are floating-point.</exception>
        public static ConventionLoss CrossEntropy(
            Scores input,
            Targets target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            double lseSquareScale = 0,
            double labelSmoothing = 0,
            TorchReduction reduction = TorchReduction.Mean,
            double? softcap = null,
            Gradient gradient = default)
        {
            RequireIds(target, "LigerCrossEntropyLoss");
            if (input.Shape.Rank != 2)
            {
                throw new LossInputException($"input has shape {input.Shape}, [N, V] is needed.");
            }

            CrossEntropyOptions options = Options(target, weight, ignoreIndex, lseSquareScale, labelSmoothing, reduction, softcap);
            return Torch.Call(ScoreForm.Logits, input, target, ignoreIndex, reduction, options, EmptyPolicy.Zero, gradient);
        }

        /// <summary><c>LigerFusedLinearCrossEntropyLoss</c>: the same of <c>input·lin_weightᵀ + bias</c>, without the logits.</summary>
        /// <remarks>
        /// Memory for logits is taken anew by each call, 32 MiB at most: <see cref="LinearCrossEntropy"/> keeps it. Gradients are summed in
        /// <see cref="float"/>, as with <c>accum_dtype</c> float32. <c>use_token_scaling</c> has no counterpart.
        /// </remarks>
        /// <param name="linWeight"><c>[V, D]</c>, <see cref="float"/> or BF16.</param>
        /// <param name="input"><c>[N, D]</c>, <see cref="float"/> or BF16.</param>
        /// <param name="target">Ids <c>[N]</c>.</param>
        /// <param name="bias">An addend for each class, <c>[V]</c>; empty for none.</param>
        /// <param name="ceWeight">A weight per class, <c>[V]</c>; not for the z-loss.</param>
        /// <param name="ignoreIndex">The id that does not count.</param>
        /// <param name="lseSquareScale">λ of λ·lse².</param>
        /// <param name="labelSmoothing">ε in [0, 1], ε/V on every class.</param>
        /// <param name="reduction">none, mean or sum.</param>
        /// <param name="softcap">s of s·tanh(x/s), above 0; <see langword="null"/>: none.</param>
        /// <param name="gradients">Where ∂loss/∂input, ∂loss/∂lin_weight and ∂loss/∂bias go, right for any upstream gradient.</param>
        /// <returns>The loss in nats, z-loss included.</returns>
        /// <exception cref="LossInputException">Shapes or types do not fit, or an id is neither a class nor ignored.</exception>
        /// <exception cref="LossOptionException">An argument is out of range, or the targets are floating-point.</exception>
        /// <seealso href="https://github.com/linkedin/Liger-Kernel/blob/main/src/liger_kernel/transformers/fused_linear_cross_entropy.py">
        /// Source.
        /// </seealso>
        public static ConventionLoss FusedLinearCrossEntropy(
            Scores linWeight,
            Scores input,
            Targets target,
            ReadOnlySpan<float> bias = default,
            ClassWeights? ceWeight = null,
            long ignoreIndex = -100,
            double lseSquareScale = 0,
            double labelSmoothing = 0,
            TorchReduction reduction = TorchReduction.Mean,
            double? softcap = null,
            ProjectionGradients gradients = default)
        {
            RequireIds(target, "LigerFusedLinearCrossEntropyLoss");
            CrossEntropyOptions options = Options(target, ceWeight, ignoreIndex, lseSquareScale, labelSmoothing, reduction, softcap);
            return CoreCall.LinearCrossEntropy(
                input,
                new(linWeight) { Bias = bias },
                target,
                ignoreIndex,
                target.Shape,
                options with { Reduction = Torch.Of(reduction), Empty = EmptyPolicy.Zero },
                gradients);
        }

        private static CrossEntropyOptions Options(
            Targets target,
            ClassWeights? weight,
            long ignoreIndex,
            double lseSquareScale,
            double labelSmoothing,
            TorchReduction reduction,
            double? softcap) => new()
            {
                ClassWeights = weight,
                LabelSmoothing = labelSmoothing,
                ZLoss = lseSquareScale * (reduction == TorchReduction.Mean ? MeanClassWeight(target, weight, ignoreIndex) : 1),
                SoftCap = softcap,
            };

        /// <summary>Σ class weights / count of the valid targets: makes the core's one divisor serve both terms.</summary>
        private static double MeanClassWeight(Targets target, ClassWeights? weight, long ignoreIndex)
        {
            if (weight is null)
            {
                return 1;
            }

            Planning.TargetIds ids = new(target);
            double sum = 0;
            long valid = 0;
            for (int i = 0; i < (int)target.Shape.Count; i++)
            {
                // An id out of range is refused later, with its position.
                if (ids[i] != ignoreIndex && ids[i] >= 0 && ids[i] < weight.Count)
                {
                    sum += weight.Table[(int)ids[i]];
                    valid++;
                }
            }

            return valid == 0 ? 1 : sum / valid;
        }
    }
}
