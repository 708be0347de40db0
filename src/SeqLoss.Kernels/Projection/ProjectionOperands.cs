using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Projection;

/// <summary>What logits are made of: hidden·vocabularyᵀ + bias.</summary>
/// <param name="Hidden">One row of <paramref name="Depth"/> features for each token.</param>
/// <param name="Vocabulary">One row of features for each class.</param>
/// <param name="Bias">An addend for each class, float32, or none.</param>
/// <param name="ClassCount">V.</param>
/// <param name="Depth">D.</param>
internal readonly record struct ProjectionOperands(
    NumberBuffer Hidden, NumberBuffer Vocabulary, NumberBuffer Bias, int ClassCount, int Depth)
{
    /// <summary>The vocabulary as the right operand of the logits, [D, V].</summary>
    public Matrix ClassesAsColumns => new(Vocabulary, Depth, IsTransposed: true);

    /// <summary>The vocabulary as the right operand of the gradient of the hidden states, [V, D].</summary>
    public Matrix ClassesAsRows => new(Vocabulary, Depth);
}
