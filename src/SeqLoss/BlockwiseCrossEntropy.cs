using System;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Planning;

namespace SeqLoss;

/// <summary>Cross-entropy of scores that come in blocks: larger than memory, than one span, or made one after another.</summary>
/// <remarks>
/// <para>
/// Targets and weights are known first, so divisors are, and each block's gradient is written at its final scale. Blocks follow
/// each other along the outermost axis: whole rows (<see cref="ScoreLayout.Btv"/>, <see cref="ScoreLayout.Tbv"/>,
/// <see cref="ScoreLayout.Nv"/>; a block is <c>[rows, V]</c> or has the rank of the whole), or whole sequences
/// (<see cref="ScoreLayout.Bvt"/>). Offsets are 64-bit. The result has the same bits as that of one call.
/// </para>
/// <code>
/// var loss = BlockwiseCrossEntropy.FromLogits([rows, classes], ids, options: options);
/// foreach (…) { loss.Add(block, gradient: gradientBlock); }
/// LossSum sum = loss.Complete();
/// </code>
/// </remarks>
public sealed class BlockwiseCrossEntropy
{
    private readonly CrossEntropyRun _run = new();
    private readonly TensorShape _shape;
    private readonly double[] _upstream;
    private readonly bool _needsClassMass;
    private int _classMassTokens;
    private bool _isPlanned;

    private BlockwiseCrossEntropy(
        ScoreKind kind,
        ReadOnlySpan<nint> shape,
        Targets ids,
        TokenWeights? weights,
        CrossEntropyOptions? options,
        ReadOnlySpan<double> upstream)
    {
        _shape = TensorShape.Of(shape, "the scores");
        _upstream = upstream.ToArray();
        _needsClassMass = options?.Reduction == Reduction.MeanClassWeight;
        _run.Begin(kind, _shape, ids, weights, options, default);
        if (!_needsClassMass || _run.TokenCount == 0)
        {
            Plan();
        }
    }

    /// <summary>What a scalar loss is divided by; NaN for reductions that are arrays.</summary>
    public double Divisor => _run.ScalarDivisor;

    /// <summary>The number of groups of the reduction in which nothing counts; see <see cref="EmptyPolicy"/>.</summary>
    public int EmptyGroups => _run.EmptyGroups;

    /// <summary>Begins a loss of logits.</summary>
    /// <param name="shape">The shape of the whole, in the layout's order.</param>
    /// <param name="ids">All target ids; <c>default</c> where each block brings its distributions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="upstream">∂L/∂(reduced loss) for reductions that are not scalars; empty for ones.</param>
    /// <returns>The loss, waiting for its first block.</returns>
    /// <exception cref="LossInputException">See <see cref="CrossEntropy.FromLogits"/>.</exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    public static BlockwiseCrossEntropy FromLogits(
        ReadOnlySpan<nint> shape,
        Targets ids,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<double> upstream = default)
        => new(ScoreKind.Logits, shape, ids, weights, options, upstream);

    /// <summary>Begins a loss of log-probabilities.</summary>
    /// <param name="shape">The shape of the whole, in the layout's order.</param>
    /// <param name="ids">All target ids; <c>default</c> where each block brings its distributions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="upstream">∂L/∂(reduced loss) for reductions that are not scalars; empty for ones.</param>
    /// <returns>The loss, waiting for its first block.</returns>
    /// <exception cref="LossInputException">See <see cref="CrossEntropy.FromLogProbs"/>.</exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    public static BlockwiseCrossEntropy FromLogProbs(
        ReadOnlySpan<nint> shape,
        Targets ids,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<double> upstream = default)
        => new(ScoreKind.LogProbabilities, shape, ids, weights, options, upstream);

    /// <summary>Begins a loss of probabilities.</summary>
    /// <param name="shape">The shape of the whole, in the layout's order.</param>
    /// <param name="ids">All target ids; <c>default</c> where each block brings its distributions.</param>
    /// <param name="weights">What counts, and how much; <see langword="null"/>: every position once.</param>
    /// <param name="options">
    /// Layout, reduction, smoothing and the rest; <see langword="null"/>: <see cref="CrossEntropyOptions.Default"/>.
    /// </param>
    /// <param name="upstream">∂L/∂(reduced loss) for reductions that are not scalars; empty for ones.</param>
    /// <returns>The loss, waiting for its first block.</returns>
    /// <exception cref="LossInputException">See <see cref="CrossEntropy.FromProbabilities"/>.</exception>
    /// <exception cref="LossOptionException">An option is out of range or does not apply.</exception>
    public static BlockwiseCrossEntropy FromProbabilities(
        ReadOnlySpan<nint> shape,
        Targets ids,
        TokenWeights? weights = null,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<double> upstream = default)
        => new(ScoreKind.Probabilities, shape, ids, weights, options, upstream);

    /// <summary>
    /// For <see cref="Reduction.MeanClassWeight"/> alone: shows a block's distributions before the first <see cref="Add"/>.
    /// </summary>
    /// <remarks>That divisor depends on the distributions, so all of them pass once before the scores do.</remarks>
    /// <param name="distribution">The next block of distributions, in the order in which the blocks will come.</param>
    /// <exception cref="LossInputException">
    /// The block does not fit the shape, all have been shown, or the loss is empty under <see cref="EmptyPolicy.Throw"/>.
    /// </exception>
    /// <exception cref="LossOptionException">The reduction is another.</exception>
    public void AddClassMass(Targets distribution)
    {
        if (distribution.AreIds)
        {
            throw new LossInputException("the class mass is of distributions, but the block holds ids.");
        }

        if (_isPlanned && _needsClassMass)
        {
            throw new LossInputException($"the class mass of all {_run.TokenCount} tokens is known already.");
        }

        if (!_needsClassMass)
        {
            throw new LossOptionException("the class mass is the divisor of the reduction MeanClassWeight alone.");
        }

        CheckShape(distribution.Shape, _classMassTokens);
        _classMassTokens += _run.AddClassMass(distribution, _classMassTokens);
        if (_classMassTokens == _run.TokenCount)
        {
            Plan();
        }
    }

    /// <summary>Computes the next block.</summary>
    /// <param name="scores">The next scores.</param>
    /// <param name="distribution">Their target distributions, of the same shape; <c>default</c> for ids.</param>
    /// <param name="gradient">Where their gradient goes, of the same shape; may be their own memory; <c>default</c>: no gradient.</param>
    /// <exception cref="LossInputException">
    /// The block does not fit the shape, or its parts do not fit together. Nothing has been written.
    /// </exception>
    /// <exception cref="LossOptionException">Upstream gradients are given to the whole, not to a block.</exception>
    public void Add(Scores scores, Targets distribution = default, Gradient gradient = default)
    {
        if (!gradient.Upstream.IsEmpty)
        {
            throw new LossOptionException("the upstream gradient is of the whole loss: give it when the loss begins.");
        }

        if (distribution.AreIds || (_run.HasIds && distribution.Shape.Rank != 0))
        {
            throw new LossInputException(
                "target ids are given when the loss begins, and then a block brings no targets; without ids it brings its distributions.");
        }

        if (!_isPlanned)
        {
            throw new LossInputException(
                $"the class mass of {_classMassTokens} of {_run.TokenCount} tokens is known: the reduction MeanClassWeight needs "
                + "all before the first block.");
        }

        CheckShape(scores.Shape, _run.TokensFed);
        _run.CheckBlock(scores, distribution, gradient);
        _run.Run(scores, distribution, gradient);
    }

    /// <summary>Ends the loss.</summary>
    /// <param name="outputs">The reduced loss, token losses and argmax of the whole, if wanted.</param>
    /// <returns>The loss in nats, and what it counted.</returns>
    /// <exception cref="LossInputException">Blocks are missing, or an output has the wrong length.</exception>
    /// <exception cref="LossOptionException">Log-sum-exp or entropy is wanted: they are outputs of a single call.</exception>
    public LossSum Complete(LossOutputs outputs = default)
    {
        if (_run.TokensFed != _run.TokenCount || !_isPlanned)
        {
            throw new LossInputException($"{_run.TokensFed} of {_run.TokenCount} tokens have been added: all blocks are needed.");
        }

        if (!outputs.LogSumExp.IsEmpty || !outputs.Entropy.IsEmpty)
        {
            throw new LossOptionException("log-sum-exp and entropy are outputs of a single call, not of blocks.");
        }

        _run.CheckOutputs(outputs);
        return _run.Complete(outputs);
    }

    private void Plan()
    {
        _run.Plan(_upstream);
        _isPlanned = true;
    }

    private void CheckShape(TensorShape block, int tokensBefore)
    {
        BlockShape.Check(_shape, block, _run.RowShape, "scores");
        long tokens = _run.TokensOf(block);
        if (tokensBefore + tokens > _run.TokenCount)
        {
            throw new LossInputException(
                $"a block of {tokens} tokens follows {tokensBefore} of {_run.TokenCount}: scores of shape {_shape} have no more "
                + "than that.");
        }
    }
}
