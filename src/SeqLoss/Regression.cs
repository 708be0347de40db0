using SeqLoss.Kernels.Errors;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>
/// Errors of continuous sequences: squared, absolute and Huber, weighted and reduced as cross-entropy is, with gradients.
/// </summary>
/// <remarks>
/// With d = prediction − target, the loss ℓ of a time step is the mean (or sum) of its features' errors; with a mask or token
/// weights of the predictions' own shape every element is a position of its own, and there is no feature reduction. Positions
/// that do not count are selected away: NaN there reaches neither loss nor gradient. Computed in double; the gradient is rounded
/// once to its type. A NaN at a counted position gives NaN.
/// </remarks>
public static class Regression
{
    /// <summary>d²: the mean squared error of sequences.</summary>
    /// <param name="predictions">Predictions in the layout's order, for example <c>[B, T, D]</c>.</param>
    /// <param name="targets">Targets shaped as the predictions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">Layout and reduction; <see langword="null"/>: <see cref="RegressionOptions.Default"/>.</param>
    /// <param name="gradient">
    /// Where ∂(reduced loss)/∂predictions goes; may be the predictions' own memory; <c>default</c>: no gradient.
    /// </param>
    /// <param name="outputs"><see cref="LossOutputs.Reduced"/> and <see cref="LossOutputs.TokenLoss"/>, if wanted.</param>
    /// <returns>The loss in squared units of the predictions, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, memory overlaps, or a group is empty under <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public static LossSum SquaredError(
        Scores predictions,
        Scores targets,
        TokenWeights? weights = null,
        RegressionOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => RegressionRun.OfThread.Compute(new(ErrorKind.Squared, 1), predictions, targets, weights, options, gradient, outputs);

    /// <summary>|d|, with gradient 0 at d = 0: the mean absolute error of sequences.</summary>
    /// <param name="predictions">Predictions in the layout's order, for example <c>[B, T, D]</c>.</param>
    /// <param name="targets">Targets shaped as the predictions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">Layout and reduction; <see langword="null"/>: <see cref="RegressionOptions.Default"/>.</param>
    /// <param name="gradient">
    /// Where ∂(reduced loss)/∂predictions goes; may be the predictions' own memory; <c>default</c>: no gradient.
    /// </param>
    /// <param name="outputs"><see cref="LossOutputs.Reduced"/> and <see cref="LossOutputs.TokenLoss"/>, if wanted.</param>
    /// <returns>The loss in units of the predictions, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, memory overlaps, or a group is empty under <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public static LossSum AbsoluteError(
        Scores predictions,
        Scores targets,
        TokenWeights? weights = null,
        RegressionOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => RegressionRun.OfThread.Compute(new(ErrorKind.Absolute, 1), predictions, targets, weights, options, gradient, outputs);

    /// <summary>Huber's error with δ from <see cref="RegressionOptions.HuberDelta"/>: d²/2 up to |d| = δ, δ·(|d| − δ/2) beyond.</summary>
    /// <param name="predictions">Predictions in the layout's order, for example <c>[B, T, D]</c>.</param>
    /// <param name="targets">Targets shaped as the predictions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">Layout, reduction and δ; <see langword="null"/>: <see cref="RegressionOptions.Default"/>.</param>
    /// <param name="gradient">
    /// Where ∂(reduced loss)/∂predictions goes; may be the predictions' own memory; <c>default</c>: no gradient.
    /// </param>
    /// <param name="outputs"><see cref="LossOutputs.Reduced"/> and <see cref="LossOutputs.TokenLoss"/>, if wanted.</param>
    /// <returns>The loss, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, memory overlaps, or a group is empty under <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    /// <seealso href="https://doi.org/10.1214/aoms/1177703732">Huber, 1964.</seealso>
    public static LossSum Huber(
        Scores predictions,
        Scores targets,
        TokenWeights? weights = null,
        RegressionOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
    {
        ErrorChoice error = new(ErrorKind.Huber, (options ?? RegressionOptions.Default).HuberDelta);
        return RegressionRun.OfThread.Compute(error, predictions, targets, weights, options, gradient, outputs);
    }
}
