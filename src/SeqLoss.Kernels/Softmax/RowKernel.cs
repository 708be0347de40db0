using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Cross-entropy of contiguous rows of scores, one token a row.</summary>
/// <remarks>
/// A row is read once, in blocks that stay in the first-level cache for all passes over them. With a gradient the last pass leaves
/// its powers where the gradient goes, to be scaled when the row's sum is known: no power is computed twice, and no temporary of V
/// elements is needed when scores are stored as they are computed on.
/// </remarks>
internal static class RowKernel<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The classes of a block: all passes over it find it in the first-level cache.</summary>
    public const int BlockLength = RowReduce<TLanes, T>.PrefetchDistance;

    /// <summary>Computes the rows from <paramref name="firstRow"/> up to <paramref name="endRow"/>.</summary>
    public static void Run(CrossEntropyWork work, int firstRow, int endRow)
    {
        TokenTable tokens = work.Tokens;
        CrossEntropyTerms terms = work.Terms;
        int classes = work.Shape.ClassCount;
        for (int row = firstRow; row < endRow; row++)
        {
            int token = work.TokenOf(row);
            long offset = work.Shape.Offset(row, 0);
            if (tokens.Weight[token] == 0)
            {
                tokens.SetNotCounted(token);
                if (!work.Gradient.IsNull)
                {
                    work.Gradient.Clear(offset, classes);
                }

                continue;
            }

            RunRow(work, terms, token, offset);
        }
    }

    private static void RunRow(CrossEntropyWork work, in CrossEntropyTerms terms, int token, long offset)
    {
        ScoreReader<T> reader = new(terms.SoftCap);
        ReadOnlySpan<T> x = reader.Read(work.Scores, offset, terms.ClassCount, ScratchSlot.Scores);
        ReadOnlySpan<T> distribution = work.Distribution.IsNull
            ? default
            : ScoreReader<T>.Plain.Read(work.Distribution, offset, terms.ClassCount, ScratchSlot.Distribution);

        bool hasGradient = !work.Gradient.IsNull && work.Tokens.Coefficient[token] != 0;
        bool isDirect = work.Gradient.Holds<T>();
        Span<T> gradient = !hasGradient ? default
            : isDirect ? work.Gradient.View<T>(offset, terms.ClassCount)
            : WorkerBuffers<T>.OfThread.Get(ScratchSlot.Gradient, terms.ClassCount);
        Compute(terms, work.Tokens, token, x, distribution, gradient);
        if (hasGradient)
        {
            reader.ChainThroughSoftCap(x, gradient);
            if (!isDirect)
            {
                work.Gradient.Store<T>(offset, gradient);
            }
        }
        else if (!work.Gradient.IsNull)
        {
            work.Gradient.Clear(offset, terms.ClassCount);
        }
    }

    /// <summary>Computes one token whose row has been read.</summary>
    /// <param name="terms">The terms of the loss.</param>
    /// <param name="tokens">Where the results go.</param>
    /// <param name="token">The token's index.</param>
    /// <param name="x">Its scores.</param>
    /// <param name="distribution">Its target distribution; empty for an id.</param>
    /// <param name="gradient">Where its gradient goes, which may be its scores; empty for none.</param>
    public static void Compute(
        in CrossEntropyTerms terms, TokenTable tokens, int token, ReadOnlySpan<T> x, ReadOnlySpan<T> distribution, Span<T> gradient)
    {
        bool isId = distribution.IsEmpty;
        int target = isId ? tokens.Target[token] : -1;
        RowGradient<TLanes, T> rowGradient = new(terms, x, distribution, target, gradient);

        double targetScore = isId ? double.CreateTruncating(x[target]) : 0;
        RowStatistics row = Measure(x, distribution, target, terms, tokens.WantsEntropy, rowGradient);
        double targetGap = isId ? terms.Gap(targetScore, row.Shift) : 0;
        TokenLoss loss = new(terms, tokens, token, isId, targetGap, row);
        if (rowGradient.IsWanted)
        {
            rowGradient.Write(loss, row);
        }
    }

    /// <summary>Reads the row once: maximum, Σe and the masses and gaps of the target.</summary>
    public static RowStatistics Measure(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> distribution,
        int target,
        in CrossEntropyTerms terms,
        bool wantsEntropy,
        in RowGradient<TLanes, T> gradient)
    {
        RowStatistics row = RowStatistics.Empty;
        Mass<T> smoothed = terms.MassOf(distribution);
        Mass<T> besideTarget = new(T.Zero, T.One, default, smoothed.ClassWeights);
        bool isLogits = terms.Kind == ScoreKind.Logits;
        for (int start = 0; start < x.Length; start += BlockLength)
        {
            ReadOnlySpan<T> block = x.Slice(start, Math.Min(BlockLength, x.Length - start));

            // Pass 1: the maximum, and its first class where it grows.
            T max = RowReduce<TLanes, T>.Max(block);
            int argMax = -1;
            if (double.CreateTruncating(max) > row.Max)
            {
                argMax = RowReduce<TLanes, T>.IndexOf(block, max);
                if (isLogits)
                {
                    row.Raise(double.CreateTruncating(max), start + argMax, terms.InverseTemperature);
                }
                else
                {
                    (row.Max, row.ArgMax) = (double.CreateTruncating(max), start + argMax);
                }
            }

            RowTermValues<T> values = new(
                isLogits ? T.CreateTruncating(row.Shift) : T.Zero, T.CreateTruncating(terms.InverseTemperature));

            // Pass 2: the masses and gaps of the target.
            if (!distribution.IsEmpty)
            {
                Mass<T> q = new(T.One, T.Zero, distribution.Slice(start, block.Length), default);
                AddDistribution(ref row, block, q, smoothed.Slice(start, block.Length), terms, values, start);
            }
            else if (terms.Smooths)
            {
                Mass<T> mass = besideTarget.Slice(start, block.Length);
                AddMass(ref row, block, mass, terms, values, target - start, terms.MasslessClass - start);
            }

            if (wantsEntropy)
            {
                row.EntropySum += EntropyOf(block, terms.Kind, values);
            }

            // Pass 3: Σe besides the first greatest class. The powers may overwrite the block, so this pass is the last.
            if (isLogits)
            {
                row.Rest += gradient.IsWanted
                    ? gradient.KeepPowers(block, start, values, argMax, row.Max)
                    : SumExcept<Exp<T>>(block, Mass<T>.Uniform(T.Zero), values, argMax, -1);
            }
        }

        if (!isLogits)
        {
            row.Max = 0;
        }

        return row;
    }

    private static void AddDistribution(
        ref RowStatistics row,
        ReadOnlySpan<T> block,
        in Mass<T> distribution,
        in Mass<T> smoothed,
        in CrossEntropyTerms terms,
        in RowTermValues<T> values,
        int start)
    {
        double max = double.CreateTruncating(RowReduce<TLanes, T>.Max(distribution.Distribution));
        if (max > row.TargetMax)
        {
            row.TargetMax = max;
            row.TargetArgMax = start + RowReduce<TLanes, T>.IndexOf(distribution.Distribution, T.CreateTruncating(max));
        }

        row.TargetMass += double.CreateTruncating(RowReduce<TLanes, T>.Sum<MassOnly<T>>(block, distribution, values));
        row.TargetGap += SumGap(block, distribution, terms.Kind, values, -1, -1);
        if (terms.SubtractsEntropy)
        {
            row.NegativeEntropy += SumExcept<MassLogMass<T>>(block, smoothed, values, -1, terms.MasslessClass - start);
        }

        if (terms.HasPlainMass)
        {
            (row.Mass, row.MassGap) = (row.TargetMass, row.TargetGap);
        }
        else
        {
            AddMass(ref row, block, smoothed, terms, values, -1, terms.MasslessClass - start);
        }
    }

    private static void AddMass(
        ref RowStatistics row,
        ReadOnlySpan<T> block,
        in Mass<T> mass,
        in CrossEntropyTerms terms,
        in RowTermValues<T> values,
        int target,
        int massless)
    {
        row.Mass += mass.IsUniform
            ? double.CreateTruncating(mass.Beta) * CountExcept(block, target, massless)
            : SumExcept<MassOnly<T>>(block, mass, values, target, massless);
        row.MassGap += SumGap(block, mass, terms.Kind, values, target, massless);
    }

    private static double SumGap(
        ReadOnlySpan<T> block, in Mass<T> mass, ScoreKind kind, in RowTermValues<T> values, int except, int exceptToo)
    {
        // Where every class has the same mass, not 0, it is a factor of the sum, and 0·∞ does not arise.
        double sum = kind == ScoreKind.Probabilities ? SumExcept<MassNegativeLog<T>>(block, mass, values, except, exceptToo)
            : mass.IsUniform ? SumExcept<Gap<T>>(block, mass, values, except, exceptToo) * double.CreateTruncating(mass.Beta * values.Scale)
            : SumExcept<MassGap<T>>(block, mass, values, except, exceptToo);
        return double.IsFinite(sum) ? sum : ExactGap.OfRow(block, mass, kind, values, except, exceptToo);
    }

    private static double EntropyOf(ReadOnlySpan<T> block, ScoreKind kind, in RowTermValues<T> values)
    {
        Mass<T> none = Mass<T>.Uniform(T.Zero);
        return double.CreateTruncating(kind == ScoreKind.Probabilities
            ? RowReduce<TLanes, T>.Sum<ProbabilityEntropy<T>>(block, none, values)
            : RowReduce<TLanes, T>.Sum<ExpGap<T>>(block, none, values));
    }

    private static int CountExcept(ReadOnlySpan<T> block, int except, int exceptToo)
        => block.Length
        - ((uint)except < (uint)block.Length ? 1 : 0)
        - (exceptToo != except && (uint)exceptToo < (uint)block.Length ? 1 : 0);

    /// <summary>The sum over the block without up to two of its classes; an index outside the block leaves out nothing.</summary>
    private static double SumExcept<TOperator>(
        ReadOnlySpan<T> block, in Mass<T> mass, in RowTermValues<T> values, int except, int exceptToo)
        where TOperator : IOperator<T>
    {
        int first = Math.Min(except, exceptToo);
        int second = Math.Max(except, exceptToo);
        if (first < 0 || first == second || second >= block.Length)
        {
            int one = first < 0 || first >= block.Length ? second : first;
            return double.CreateTruncating(RowReduce<TLanes, T>.SumBeside<TOperator>(block, mass, values, one));
        }

        int start = second + 1;
        return double.CreateTruncating(RowReduce<TLanes, T>.SumBeside<TOperator>(block[..second], mass.Slice(0, second), values, first))
            + double.CreateTruncating(
                RowReduce<TLanes, T>.Sum<TOperator>(block[start..], mass.Slice(start, block.Length - start), values));
    }
}
