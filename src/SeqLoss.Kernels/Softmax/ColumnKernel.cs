using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Operators;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Cross-entropy of tokens beside each other behind the class axis, layout <c>[B, V, T]</c>: one lane a token.</summary>
/// <remarks>
/// Up to <see cref="CrossEntropyWork.TileWidth"/> tokens are taken at once. The classes pass in blocks that stay in the second-level
/// cache, each in the passes of <see cref="RowKernel{TLanes, T}"/>: the same operators, statistics and scalar end.
/// </remarks>
internal static class ColumnKernel<TLanes, T>
    where TLanes : struct, ILanes<TLanes, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the tokens of one tile of one matrix <c>[V, Width]</c>.</summary>
    public static void Run(CrossEntropyWork work, int group, int firstColumn, int columnCount)
    {
        TokenTable tokens = work.Tokens;
        ColumnTile<T> columns = new(work, group, firstColumn, columnCount);
        bool anyCounts = false;
        for (int column = 0; column < columnCount; column++)
        {
            bool counts = tokens.Weight[columns.FirstToken + column] != 0;
            anyCounts |= counts;
            if (!counts)
            {
                tokens.SetNotCounted(columns.FirstToken + column);
            }
        }

        if (anyCounts)
        {
            Measure(work, columns);
            anyCounts = Finish(work, columns);
        }

        if (work.Gradient.IsNull)
        {
            return;
        }

        if (!anyCounts)
        {
            columns.ClearGradient();
            return;
        }

        WriteGradient(work.Terms, columns);
        columns.WriteExactClasses();
    }

    /// <summary>Reads the tile once: for each column its maximum, Σe and the masses and gaps of the target.</summary>
    private static void Measure(CrossEntropyWork work, in ColumnTile<T> columns)
    {
        CrossEntropyTerms terms = work.Terms;
        bool isLogits = terms.Kind == ScoreKind.Logits;
        columns.Statistics.Fill(RowStatistics.Empty);
        columns.Max.Fill(T.NegativeInfinity);
        columns.TargetMax.Fill(T.NegativeInfinity);
        columns.Shift.Clear();
        for (int start = 0; start < terms.ClassCount; start += columns.BlockRows)
        {
            int rows = Math.Min(columns.BlockRows, terms.ClassCount - start);
            Tile<T> tile = columns.Scores(start, rows);
            ColumnTerms<T> values = new(columns.Shift, T.CreateTruncating(terms.InverseTemperature));

            // Pass 1: the maximum, and its first class where it grows.
            ColumnReduce<TLanes, T>.Max(tile, columns.Max, columns.Excluded);
            RaiseMaxima(columns, start, isLogits, terms.InverseTemperature);

            // Pass 2: Σe besides the first greatest class.
            TileMass<T> none = new(T.Zero, T.Zero, default, default);
            if (isLogits)
            {
                columns.Sum.Clear();
                ColumnReduce<TLanes, T>.Add<Exp<T>>(tile, none, values, columns.Excluded, columns.Sum);
                for (int column = 0; column < columns.Count; column++)
                {
                    columns.Statistics[column].Rest += double.CreateTruncating(columns.Sum[column]);
                }
            }

            if (work.Tokens.WantsEntropy)
            {
                AddEntropy(columns, tile, terms.Kind, values);
            }

            // Pass 3: the masses and gaps of the target.
            if (!work.Distribution.IsNull)
            {
                AddDistribution(columns, tile, columns.Distribution(start, rows), terms, values, start);
            }
            else if (terms.Smooths)
            {
                TileMass<T> besideTarget = new(T.Zero, T.One, default, ClassWeights(terms, start, rows));
                columns.ExcludeTargets(start);
                AddMass(columns, tile, besideTarget, terms, values, terms.MasslessClass - start);
            }
        }

        if (!isLogits)
        {
            foreach (ref RowStatistics column in columns.Statistics)
            {
                column.Max = 0;
            }
        }
    }

    private static void RaiseMaxima(in ColumnTile<T> columns, int start, bool isLogits, double scale)
    {
        if (RowReduce<TLanes, T>.Max(columns.Excluded) < T.Zero)
        {
            return;
        }

        for (int column = 0; column < columns.Count; column++)
        {
            int row = int.CreateTruncating(columns.Excluded[column]);
            if (row < 0)
            {
                continue;
            }

            ref RowStatistics statistics = ref columns.Statistics[column];
            double max = double.CreateTruncating(columns.Max[column]);
            if (isLogits)
            {
                statistics.Raise(max, start + row, scale);
                columns.Shift[column] = columns.Max[column];
            }
            else
            {
                statistics.ArgMax = start + row;
            }
        }
    }

    private static void AddEntropy(in ColumnTile<T> columns, Tile<T> tile, ScoreKind kind, in ColumnTerms<T> values)
    {
        TileMass<T> none = new(T.Zero, T.Zero, default, default);
        columns.Sum.Clear();
        columns.ExcludeNothing();
        if (kind == ScoreKind.Probabilities)
        {
            ColumnReduce<TLanes, T>.Add<ProbabilityEntropy<T>>(tile, none, values, columns.Excluded, columns.Sum);
        }
        else
        {
            ColumnReduce<TLanes, T>.Add<ExpGap<T>>(tile, none, values, columns.Excluded, columns.Sum);
        }

        for (int column = 0; column < columns.Count; column++)
        {
            columns.Statistics[column].EntropySum += double.CreateTruncating(columns.Sum[column]);
        }
    }

    private static void AddDistribution(
        in ColumnTile<T> columns, Tile<T> tile, Tile<T> distribution, in CrossEntropyTerms terms, in ColumnTerms<T> values, int start)
    {
        ColumnReduce<TLanes, T>.Max(distribution, columns.TargetMax, columns.Excluded);
        for (int column = 0; column < columns.Count; column++)
        {
            int row = int.CreateTruncating(columns.Excluded[column]);
            if (row >= 0)
            {
                columns.Statistics[column].TargetArgMax = start + row;
            }
        }

        columns.ExcludeNothing();
        TileMass<T> plain = new(T.One, T.Zero, distribution, default);
        AddSums(columns, tile, plain, terms.Kind, values);
        for (int column = 0; column < columns.Count; column++)
        {
            ref RowStatistics statistics = ref columns.Statistics[column];
            statistics.TargetMass += double.CreateTruncating(columns.Sum[column]);
            statistics.TargetGap += GapOf(columns, column, tile, plain, terms.Kind, values);
            if (terms.HasPlainMass)
            {
                (statistics.Mass, statistics.MassGap) = (statistics.TargetMass, statistics.TargetGap);
            }
        }

        TileMass<T> smoothed = new(
            T.CreateTruncating(terms.Alpha),
            T.CreateTruncating(terms.Beta),
            distribution,
            ClassWeights(terms, start, tile.RowCount));
        if (!terms.HasPlainMass)
        {
            AddMass(columns, tile, smoothed, terms, values, terms.MasslessClass - start);
        }

        if (terms.SubtractsEntropy)
        {
            AddNegativeEntropy(columns, tile, smoothed, values, terms.MasslessClass - start);
        }
    }

    private static void AddNegativeEntropy(
        in ColumnTile<T> columns, Tile<T> tile, in TileMass<T> mass, in ColumnTerms<T> values, int massless)
    {
        columns.Excluded.Fill(T.CreateTruncating(massless));
        columns.Sum.Clear();
        ColumnReduce<TLanes, T>.Add<MassLogMass<T>>(tile, mass, values, columns.Excluded, columns.Sum);
        for (int column = 0; column < columns.Count; column++)
        {
            columns.Statistics[column].NegativeEntropy += double.CreateTruncating(columns.Sum[column]);
        }
    }

    /// <summary>Adds the masses and gaps of the tile, without the row <paramref name="massless"/> and each column's excluded one.</summary>
    private static void AddMass(
        in ColumnTile<T> columns, Tile<T> tile, in TileMass<T> mass, in CrossEntropyTerms terms, in ColumnTerms<T> values, int massless)
    {
        if ((uint)massless < (uint)tile.RowCount)
        {
            AddMass(columns, tile.Rows(0, massless), mass.Rows(0, massless), terms, values, -1);
            columns.ShiftExcluded(massless + 1);
            int end = tile.RowCount;
            AddMass(columns, tile.Rows(massless + 1, end), mass.Rows(massless + 1, end), terms, values, -1);
            return;
        }

        AddSums(columns, tile, mass, terms.Kind, values);
        for (int column = 0; column < columns.Count; column++)
        {
            columns.Statistics[column].Mass += double.CreateTruncating(columns.Sum[column]);
            columns.Statistics[column].MassGap += GapOf(columns, column, tile, mass, terms.Kind, values);
        }
    }

    private static void AddSums(in ColumnTile<T> columns, Tile<T> tile, in TileMass<T> mass, ScoreKind kind, in ColumnTerms<T> values)
    {
        columns.Sum.Clear();
        columns.GapSum.Clear();
        if (tile.RowCount == 0)
        {
            return;
        }

        ColumnReduce<TLanes, T>.Add<MassOnly<T>>(tile, mass, values, columns.Excluded, columns.Sum);
        if (kind == ScoreKind.Probabilities)
        {
            ColumnReduce<TLanes, T>.Add<MassNegativeLog<T>>(tile, mass, values, columns.Excluded, columns.GapSum);
        }
        else
        {
            ColumnReduce<TLanes, T>.Add<MassGap<T>>(tile, mass, values, columns.Excluded, columns.GapSum);
        }
    }

    private static double GapOf(
        in ColumnTile<T> columns, int column, Tile<T> tile, in TileMass<T> mass, ScoreKind kind, in ColumnTerms<T> values)
    {
        double sum = double.CreateTruncating(columns.GapSum[column]);
        return double.IsFinite(sum)
            ? sum
            : ExactGap.OfColumn(tile, mass, kind, values, column, int.CreateTruncating(columns.Excluded[column]));
    }

    /// <summary>From statistics to losses and the terms of each column's gradient; false if no column has one.</summary>
    private static bool Finish(CrossEntropyWork work, in ColumnTile<T> columns)
    {
        CrossEntropyTerms terms = work.Terms;
        bool isId = work.Distribution.IsNull;
        bool anyGradient = false;
        columns.ClearGradientTerms();
        for (int column = 0; column < columns.Count; column++)
        {
            int token = columns.FirstToken + column;
            if (work.Tokens.Weight[token] == 0)
            {
                continue;
            }

            RowStatistics statistics = columns.Statistics[column];
            int target = isId ? work.Tokens.Target[token] : -1;

            // At the maximum the gap is exactly 0, however a soft-cap rounds one score and a vector of them.
            bool isAtMax = terms.Kind == ScoreKind.Logits && target == statistics.ArgMax;
            double targetGap = isId && !isAtMax ? terms.Gap(columns.ScoreAt(target, column), statistics.Shift) : 0;
            TokenLoss loss = new(terms, work.Tokens, token, isId, targetGap, statistics);
            if (work.Gradient.IsNull || loss.HasNoGradient)
            {
                continue;
            }

            anyGradient = true;
            columns.Live[column] = T.One;
            columns.SoftmaxFactor[column] = T.CreateTruncating(loss.SoftmaxFactor);
            columns.MassFactor[column] = T.CreateTruncating(loss.MassFactor);
            columns.KeepExactClass(0, column, target, loss);
            columns.KeepExactClass(1, column, terms.Kind == ScoreKind.Logits ? statistics.ArgMax : -1, loss);
            columns.KeepExactClass(2, column, terms.MasslessClass, loss);
        }

        return anyGradient;
    }

    private static void WriteGradient(in CrossEntropyTerms terms, in ColumnTile<T> columns)
    {
        ColumnTerms<T> values = new(
            columns.Shift, T.CreateTruncating(terms.InverseTemperature), columns.SoftmaxFactor, columns.MassFactor);
        for (int start = 0; start < terms.ClassCount; start += columns.BlockRows)
        {
            int rows = Math.Min(columns.BlockRows, terms.ClassCount - start);
            Tile<T> tile = columns.Scores(start, rows);
            Tile<T> distribution = columns.Distribution(start, rows);
            TileMass<T> mass = new(
                T.CreateTruncating(terms.Alpha), T.CreateTruncating(terms.Beta), distribution, ClassWeights(terms, start, rows));
            bool hasMass = terms.Smooths || !distribution.IsEmpty;
            Span<T> gradient = columns.GradientRows(start, rows, out int stride);
            switch (terms.Kind)
            {
                case ScoreKind.Logits when hasMass:
                    ColumnMap<TLanes, T>.Apply<SoftmaxMassGradient<T>>(tile, mass, values, columns.Live, gradient, stride);
                    break;
                case ScoreKind.Logits:
                    ColumnMap<TLanes, T>.Apply<SoftmaxGradient<T>>(tile, mass, values, columns.Live, gradient, stride);
                    break;
                case ScoreKind.LogProbabilities:
                    ColumnMap<TLanes, T>.Apply<LogProbabilityGradient<T>>(tile, mass, values, columns.Live, gradient, stride);
                    break;
                default:
                    ColumnMap<TLanes, T>.Apply<ProbabilityGradient<T>>(tile, mass, values, columns.Live, gradient, stride);
                    break;
            }

            columns.StoreGradientRows(start, tile, gradient);
        }
    }

    private static ReadOnlySpan<T> ClassWeights(in CrossEntropyTerms terms, int start, int count)
        => terms.ClassWeights is null ? default : terms.ClassWeights.Of<T>().Slice(start, count);
}
