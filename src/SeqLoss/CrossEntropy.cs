using SeqLoss.Kernels.Softmax;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Sequence cross-entropy: −Σ q′·ln p for each token, weighted and reduced, with its gradient.</summary>
/// <remarks>
/// <para>
/// Three doors say what the scores are; nothing is guessed, and nothing is clipped or renormalised unless an option says so. For one
/// token with target distribution q (an id is one-hot), smoothed q′ (<see cref="SmoothingKind"/>), class weights w, a = w·q′ and token
/// weight W, the loss is W·(−Σ a·ln p + z·lse²), with 0·ln 0 = 0.
/// </para>
/// <para>
/// The gradient is with respect to the scores as stored: W·(softmax·Σa − a) for logits (through z-loss, temperature and soft-cap),
/// −W·a for log-probabilities, −W·a/p for probabilities, each times ∂(reduced loss)/∂(Wℓ).
/// </para>
/// <para>
/// Positions that do not count (W = 0) are selected away: NaN there reaches neither loss nor gradient, their ids are not looked
/// at, their gradient is 0. A logit of −∞ is a class of probability 0: the loss is +∞ if it is the target, and the gradient stays
/// finite. NaN or +∞ in a counted row of logits gives a NaN loss, unless the target has class weight 0 or a soft-cap bounds the +∞.
/// </para>
/// <para>
/// Rows are shifted by their maximum and computed in the precision of their storage (at least <see cref="float"/>), the ends of
/// each token and all sums in <see cref="double"/>. Against a double reference the loss is within 1e-6 + 1e-5·|ℓ| and the
/// gradient within 1e-6·max|g| + 1e-5·|g| for any V. Results have the same bits for any number of threads, and a call allocates
/// nothing once the threads that share it have computed a loss of this size.
/// </para>
/// </remarks>
public static class CrossEntropy
{
    /// <summary>Cross-entropy of unnormalised log-probabilities.</summary>
    /// <param name="logits">Logits in the layout's order, for example <c>[B, T, V]</c>; −∞ is a class of probability 0.</param>
    /// <param name="targets">Ids in 0..V−1, the layout's order without the class axis, or distributions shaped as the logits.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="gradient">Where ∂(reduced loss)/∂logits goes; may be the logits' own memory; <c>default</c>: no gradient.</param>
    /// <param name="outputs">What else is wanted.</param>
    /// <returns>The loss in nats, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, a counted id is not in 0..V−1, memory overlaps, or a group is empty under
    /// <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public static LossSum FromLogits(
        Scores logits,
        Targets targets,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => CrossEntropyRun.OfThread.Compute(ScoreKind.Logits, logits, targets, weights, options, gradient, outputs);

    /// <summary>Cross-entropy of log-probabilities, taken as they are.</summary>
    /// <param name="logProbs">ln p in the layout's order; −∞ is p = 0.</param>
    /// <param name="targets">Ids in 0..V−1, the layout's order without the class axis, or distributions shaped as the scores.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="gradient">Where ∂(reduced loss)/∂logProbs goes; may be the scores' own memory; <c>default</c>: no gradient.</param>
    /// <param name="outputs">What else is wanted.</param>
    /// <returns>The loss in nats, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, a counted id is not in 0..V−1, memory overlaps, or a group is empty under
    /// <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public static LossSum FromLogProbs(
        Scores logProbs,
        Targets targets,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => CrossEntropyRun.OfThread.Compute(ScoreKind.LogProbabilities, logProbs, targets, weights, options, gradient, outputs);

    /// <summary>Cross-entropy of probabilities: p = 0 on the target gives +∞ (unless <see cref="CrossEntropyOptions.Clip"/>).</summary>
    /// <param name="probabilities">p in the layout's order.</param>
    /// <param name="targets">Ids in 0..V−1, the layout's order without the class axis, or distributions shaped as the scores.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="gradient">
    /// Where ∂(reduced loss)/∂probabilities goes; may be the scores' own memory; <c>default</c>: no gradient.
    /// </param>
    /// <param name="outputs">What else is wanted.</param>
    /// <returns>The loss in nats, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes do not fit together, a counted id is not in 0..V−1, memory overlaps, or a group is empty under
    /// <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public static LossSum FromProbabilities(
        Scores probabilities,
        Targets targets,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => CrossEntropyRun.OfThread.Compute(ScoreKind.Probabilities, probabilities, targets, weights, options, gradient, outputs);
}
