using System;

namespace SeqLoss;

/// <summary>A loss as a sum that remembers what it counted, so that a mean is taken once, at the end.</summary>
/// <remarks>
/// <para>
/// Averaging averages is the commonest mistake in sequence losses. Sums of micro-batches, shards and ranks are merged with
/// <c>+</c> instead: the sum of any split of a batch equals the sum of the batch.
/// </para>
/// <para>
/// W is the token weight, ℓ the token loss in nats, D the denominator weight: W times the target's class weight for ids, W for
/// distributions and for regression.
/// </para>
/// </remarks>
public readonly record struct LossSum
{
    /// <summary>ΣWℓ, in nats (for regression in the unit of the error).</summary>
    public double Sum { get; init; }

    /// <summary>ΣD.</summary>
    public double Weight { get; init; }

    /// <summary>The count of D ≠ 0.</summary>
    public long NonZero { get; init; }

    /// <summary>The count of positions, B·T; for regression with element weights of all elements.</summary>
    public long Elements { get; init; }

    /// <summary>B.</summary>
    public long Sequences { get; init; }

    /// <summary>The count of positions inside length and mask whose id is not ignored; weights are not looked at.</summary>
    public long Valid { get; init; }

    /// <summary>The count of W ≠ 0.</summary>
    public long Tokens { get; init; }

    /// <summary>ΣW.</summary>
    public double TokenWeight { get; init; }

    /// <summary>ΣW·(−ln p[target]) in nats, without class weights, smoothing and z-loss; <see langword="null"/> for regression.</summary>
    public double? NegativeLogLikelihood { get; init; }

    /// <summary>The count of tokens whose first greatest class is the target; <see langword="null"/> for regression.</summary>
    public long? Correct { get; init; }

    /// <summary>Sum / Weight in nats per unit of weight; 0 where Weight is 0.</summary>
    public double Mean => Weight == 0 ? 0 : Sum / Weight;

    /// <summary>exp(NegativeLogLikelihood / TokenWeight): of the unsmoothed likelihood; NaN where nothing was counted.</summary>
    public double Perplexity => Math.Exp(NegativeLogLikelihood / TokenWeight ?? double.NaN);

    /// <summary>NegativeLogLikelihood / TokenWeight / ln 2; NaN where nothing was counted.</summary>
    public double BitsPerToken => NegativeLogLikelihood / TokenWeight / Math.Log(2) ?? double.NaN;

    /// <summary>Correct / Tokens in [0, 1]; NaN where nothing was counted.</summary>
    public double Accuracy => (double?)Correct / Tokens ?? double.NaN;

    /// <summary>Merges two sums.</summary>
    /// <param name="left">One sum.</param>
    /// <param name="right">The other; <c>default</c> is the sum of nothing.</param>
    /// <returns>The sum over both.</returns>
    public static LossSum operator +(LossSum left, LossSum right)
        => left == default ? right
        : right == default ? left
        : new LossSum
        {
            Sum = left.Sum + right.Sum,
            Weight = left.Weight + right.Weight,
            NonZero = left.NonZero + right.NonZero,
            Elements = left.Elements + right.Elements,
            Sequences = left.Sequences + right.Sequences,
            Valid = left.Valid + right.Valid,
            Tokens = left.Tokens + right.Tokens,
            TokenWeight = left.TokenWeight + right.TokenWeight,
            NegativeLogLikelihood = left.NegativeLogLikelihood + right.NegativeLogLikelihood,
            Correct = left.Correct + right.Correct,
        };

    /// <summary>Merges two sums; the same as <c>+</c>.</summary>
    /// <param name="left">One sum.</param>
    /// <param name="right">The other.</param>
    /// <returns>The sum over both.</returns>
    public static LossSum Add(LossSum left, LossSum right) => left + right;

    /// <summary>What a scalar reduction divides <see cref="Sum"/> by.</summary>
    /// <param name="reduction">
    /// <see cref="Reduction.Sum"/> (1), <see cref="Reduction.Mean"/>, <see cref="Reduction.MeanBatch"/>,
    /// <see cref="Reduction.MeanNonzero"/>, <see cref="Reduction.MeanValid"/> or <see cref="Reduction.MeanElements"/>.
    /// </param>
    /// <returns>The divisor; 0 where the sum is empty.</returns>
    /// <exception cref="LossOptionException">The reduction is an array, or needs more than the sum remembers.</exception>
    public double Divisor(Reduction reduction) => reduction switch
    {
        Reduction.Sum => 1,
        Reduction.Mean => Weight,
        Reduction.MeanBatch => Sequences,
        Reduction.MeanNonzero => NonZero,
        Reduction.MeanValid => Valid,
        Reduction.MeanElements => Elements,
        _ => throw new LossOptionException($"{reduction} cannot be derived from a sum: ask the loss for its reduced value."),
    };
}
