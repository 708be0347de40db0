using System;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Sequence cross-entropy of the logits of a linear layer, hidden·vocabularyᵀ + bias, which never exist all at once.</summary>
/// <remarks>
/// <para>
/// The same loss as <see cref="CrossEntropy.FromLogits"/> of the product, with the same weights, options and reductions. Positions that
/// do not count (W = 0) are dropped before the first product: their hidden states are not read, their gradient is 0.
/// </para>
/// <para>
/// With G = ∂L/∂logits the gradients are ∂L/∂hidden = G·vocabulary, ∂L/∂vocabulary = Gᵀ·hidden and ∂L/∂bias = Σ G over the tokens. The
/// coefficient of each token, upstream gradients included, is known before a logit is, so G is at its final scale when it is
/// multiplied: the gradient of the vocabulary is right for any upstream gradient, and three products are enough.
/// </para>
/// <para>
/// Products and gradients are summed in <see cref="float"/>, in blocks; the loss of the logits is computed as by
/// <see cref="CrossEntropy"/>. Against a double reference each gradient is within 1e-5 of its norm. Results have the same bits for any
/// number of threads, with one product library and one <see cref="LinearCrossEntropyOptions.WorkspaceBytes"/>.
/// </para>
/// <para>
/// Beyond operands and gradients a call needs <see cref="LinearCrossEntropyOptions.WorkspaceBytes"/>, 60 bytes for each token, and with
/// <see cref="ProductPrecision.BFloat16"/> 2·V·D bytes for a <see cref="float"/> vocabulary, a fifth more where oneDNN packs it. An object
/// keeps its memory: a call allocates nothing once the threads that share it have computed a loss of this size. One call at a time for
/// each object.
/// </para>
/// <code>
/// LinearCrossEntropy loss = new(new() { Loss = new() { LabelSmoothing = 0.1 } });
/// LossSum sum = loss.Compute(hidden, new(vocabulary) { Bias = bias }, targets, weights, new() { Hidden = gradient });
/// </code>
/// </remarks>
public sealed class LinearCrossEntropy
{
    private readonly LinearCrossEntropyRun _run;

    /// <summary>Creates a loss; memory is taken by its first call.</summary>
    /// <param name="options">How it computes; <see langword="null"/>: <see cref="LinearCrossEntropyOptions.Default"/>.</param>
    /// <exception cref="LossOptionException">
    /// An option is out of range or does not apply, or <c>SEQLOSS_MATMUL</c> names a library that is not there.
    /// </exception>
    public LinearCrossEntropy(LinearCrossEntropyOptions? options = null)
        : this(options, MatrixMultiply.LibraryInUse)
    {
    }

    internal LinearCrossEntropy(LinearCrossEntropyOptions? options, ProductLibrary library)
    {
        Options = options ?? LinearCrossEntropyOptions.Default;
        _run = new LinearCrossEntropyRun(Options, library);
    }

    /// <summary>How it computes.</summary>
    public LinearCrossEntropyOptions Options { get; }

    /// <summary>The bytes that the object holds for rows and for a rounded vocabulary.</summary>
    public long WorkspaceBytes => _run.WorkspaceBytes;

    /// <summary>Computes the loss, and the gradients that are wanted.</summary>
    /// <param name="hidden">One row of D features for each position in the layout's order, <see cref="float"/> or BF16.</param>
    /// <param name="projection">The vocabulary <c>[V, D]</c>, and a bias if there is one.</param>
    /// <param name="targets">Ids in 0..V−1, shaped as the hidden states without the feature axis.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="gradients">Where gradients go; <c>default</c>: none, and one product instead of three.</param>
    /// <param name="outputs">What else is wanted.</param>
    /// <returns>The loss in nats, and what it counted.</returns>
    /// <exception cref="LossInputException">
    /// Shapes or types do not fit together, targets are distributions (as large as the logits that this avoids), a counted id is not in
    /// 0..V−1, memory overlaps, or a group is empty under <see cref="EmptyPolicy.Throw"/>. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply. Nothing has been written.</exception>
    public LossSum Compute(
        Scores hidden,
        VocabularyProjection projection,
        Targets targets,
        TokenWeights? weights = null,
        ProjectionGradients gradients = default,
        LossOutputs outputs = default)
        => _run.Compute(hidden, projection, targets, weights, gradients, outputs);

    /// <summary>The same in memory that is lent for this call, of which it asks for one piece; the object takes none.</summary>
    internal LossSum Compute(
        IWorkspace lent,
        Scores hidden,
        VocabularyProjection projection,
        Targets targets,
        TokenWeights? weights,
        ProjectionGradients gradients,
        LossOutputs outputs)
        => _run.Compute(hidden, projection, targets, weights, gradients, outputs, lent);

    /// <summary>Finds the most probable classes of each position, for decoding; one product.</summary>
    /// <remarks>
    /// Soft-cap and temperature of the options act; the rest of them is about losses and does not. Log-probabilities are computed in
    /// double from <see cref="float"/> logits. Where the logits of a position hold NaN or +∞, its classes are −1 and its
    /// log-probabilities NaN.
    /// </remarks>
    /// <param name="hidden">One row of D features for each position in the layout's order, <see cref="float"/> or BF16.</param>
    /// <param name="projection">The vocabulary <c>[V, D]</c>, and a bias if there is one.</param>
    /// <param name="count">k in 1..V.</param>
    /// <param name="classes">k ids for each position, the most probable first; of equal ones the smaller id. Length N·k.</param>
    /// <param name="logProbs">Their ln p in nats; length N·k.</param>
    /// <exception cref="LossInputException">Shapes, types or lengths do not fit together. Nothing has been written.</exception>
    /// <exception cref="LossOptionException">An option does not apply. Nothing has been written.</exception>
    public void TopClasses(Scores hidden, VocabularyProjection projection, int count, Span<int> classes, Span<double> logProbs)
        => _run.TopClasses(hidden, projection, count, classes, logProbs);
}
