using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Cross-entropy of contiguous rows of scores, one token a row.</summary>
/// <remarks>
/// A row is read once, in blocks that stay in the first-level cache for all passes over them; the gradient reads it again from
/// the second level while it writes. Loss and gradient never need a temporary of V elements when scores are stored as they are
/// computed on.
/// </remarks>
internal static class RowKernel<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockLength = 1024;

    /// <summary>Computes the rows from <paramref name="firstRow"/> up to <paramref name="endRow"/>.</summary>
    public static void Run(CrossEntropyWork work, int firstRow, int endRow)
    {
        TokenTable tokens = work.Tokens;
        int classes = work.Shape.ClassCount;
        for (int row = firstRow; row < endRow; row++)
        {
            int token = work.FirstToken + row;
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

            RunRow(work, token, offset);
        }
    }

    private static void RunRow(CrossEntropyWork work, int token, long offset)
    {
        CrossEntropyTerms terms = work.Terms;
        ScoreReader<T> reader = new(terms.SoftCap);
        ReadOnlySpan<T> x = reader.Read(work.Scores, offset, terms.ClassCount, ScratchSlot.Scores);
        bool isId = work.Distribution.IsNull;
        ReadOnlySpan<T> distribution = isId
            ? default
            : ScoreReader<T>.Plain.Read(work.Distribution, offset, terms.ClassCount, ScratchSlot.Distribution);
        int target = isId ? work.Tokens.Target[token] : -1;

        RowStatistics row = Measure(x, distribution, target, terms, work.Tokens.WantsEntropy);
        double targetGap = isId ? terms.Gap(double.CreateTruncating(x[target]), row.Shift) : 0;
        TokenLoss loss = new(terms, work.Tokens, token, isId, targetGap, row);

        if (work.Gradient.IsNull)
        {
            return;
        }

        if (loss.HasNoGradient)
        {
            work.Gradient.Clear(offset, terms.ClassCount);
            return;
        }

        bool direct = work.Gradient.Holds<T>();
        Span<T> gradient = direct
            ? work.Gradient.View<T>(offset, terms.ClassCount)
            : WorkerBuffers<T>.OfThread.Get(ScratchSlot.Gradient, terms.ClassCount);
        WriteGradient(x, distribution, target, terms, loss, row, gradient);
        reader.ChainThroughSoftCap(x, gradient);
        if (!direct)
        {
            work.Gradient.Store<T>(offset, gradient);
        }
    }

    /// <summary>Reads the row once: maximum, Σe and the masses and gaps of the target.</summary>
    private static RowStatistics Measure(
        ReadOnlySpan<T> x, ReadOnlySpan<T> distribution, int target, CrossEntropyTerms terms, bool wantsEntropy)
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

            // Pass 2: Σe besides the first greatest class.
            if (isLogits)
            {
                row.Rest += SumExcept<Exp<T>>(block, Mass<T>.Uniform(T.Zero), values, argMax, -1);
            }

            if (wantsEntropy)
            {
                row.EntropySum += EntropyOf(block, terms.Kind, values);
            }

            // Pass 3: the masses and gaps of the target.
            if (!distribution.IsEmpty)
            {
                Mass<T> q = new(T.One, T.Zero, distribution.Slice(start, block.Length), default);
                AddDistribution(ref row, block, q, smoothed.Slice(start, block.Length), terms, values, start);
            }
            else if (terms.Smooths)
            {
                AddMass(ref row, block, besideTarget.Slice(start, block.Length), terms, values, target - start, terms.MasslessClass - start);
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
        CrossEntropyTerms terms,
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
        CrossEntropyTerms terms,
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
        => kind == ScoreKind.Probabilities
            ? SumExcept<MassNegativeLog<T>>(block, mass, values, except, exceptToo)
            : SumExcept<MassGap<T>>(block, mass, values, except, exceptToo);

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
        double sum = 0;
        int start = 0;
        if ((uint)first < (uint)block.Length)
        {
            sum += Sum<TOperator>(block, mass, values, start, first);
            start = first + 1;
        }

        if (second != first && (uint)second < (uint)block.Length)
        {
            sum += Sum<TOperator>(block, mass, values, start, second);
            start = second + 1;
        }

        return sum + Sum<TOperator>(block, mass, values, start, block.Length);
    }

    private static double Sum<TOperator>(ReadOnlySpan<T> block, in Mass<T> mass, in RowTermValues<T> values, int start, int end)
        where TOperator : IOperator<T>
        => double.CreateTruncating(
            RowReduce<TLanes, T>.Sum<TOperator>(block[start..end], mass.Slice(start, end - start), values));

    /// <summary>Writes the gradient of one row; <paramref name="gradient"/> may be the memory of <paramref name="x"/>.</summary>
    private static void WriteGradient(
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> distribution,
        int target,
        CrossEntropyTerms terms,
        in TokenLoss loss,
        in RowStatistics row,
        Span<T> gradient)
    {
        // Three classes are not on the common formula; their scores are read before the gradient may overwrite them.
        ExactClass atTarget = ExactClass.Read(target, x, distribution);
        ExactClass atMax = ExactClass.Read(terms.Kind == ScoreKind.Logits ? row.ArgMax : -1, x, distribution);
        ExactClass atMassless = ExactClass.Read(terms.MasslessClass, x, distribution);

        Mass<T> mass = terms.MassOf(distribution);
        bool hasMass = terms.Smooths || !distribution.IsEmpty;
        RowTermValues<T> values = new(
            T.CreateTruncating(row.Shift),
            T.CreateTruncating(terms.InverseTemperature),
            T.CreateTruncating(loss.SoftmaxFactor),
            T.CreateTruncating(loss.MassFactor));
        switch (terms.Kind)
        {
            case ScoreKind.Logits when hasMass:
                RowMap<TLanes, T>.Apply<SoftmaxMassGradient<T>>(x, mass, values, gradient);
                break;
            case ScoreKind.Logits:
                RowMap<TLanes, T>.Apply<SoftmaxGradient<T>>(x, mass, values, gradient);
                break;
            case ScoreKind.LogProbabilities when hasMass:
                RowMap<TLanes, T>.Apply<LogProbabilityGradient<T>>(x, mass, values, gradient);
                break;
            case ScoreKind.Probabilities when hasMass:
                RowMap<TLanes, T>.Apply<ProbabilityGradient<T>>(x, mass, values, gradient);
                break;
            default:
                gradient.Clear();
                break;
        }

        atTarget.Write(loss, gradient);
        atMax.Write(loss, gradient);
        atMassless.Write(loss, gradient);
    }

    /// <summary>A class whose gradient is computed by itself, in double.</summary>
    private readonly struct ExactClass(int index, T score, T probability)
    {
        public static ExactClass Read(int index, ReadOnlySpan<T> x, ReadOnlySpan<T> distribution)
            => index < 0
                ? new(-1, T.Zero, T.Zero)
                : new(index, x[index], distribution.IsEmpty ? T.Zero : distribution[index]);

        public void Write(in TokenLoss loss, Span<T> gradient)
        {
            if (index >= 0)
            {
                double mass = loss.MassOf(index, probability);
                gradient[index] = T.CreateTruncating(loss.Gradient(index, double.CreateTruncating(score), mass));
            }
        }
    }
}
