using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>The memory of a column kernel: its tile of scores, distribution and gradient, and one value of each kind a column.</summary>
/// <remarks>
/// Where storage is the kernel's precision and the tile fills whole registers, blocks of classes are used where they lie; else
/// they are copied into scratch rows, padded with zeros to whole registers.
/// </remarks>
internal readonly ref struct ColumnTile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockElements = 1 << 14;
    private const int ExactClassCount = 3;

    // A block's sum of a column is one accumulator: more terms would cost a digit.
    private const int MostBlockRows = 128;

    private readonly CrossEntropyWork _work;
    private readonly ScoreReader<T> _reader;
    private readonly int _group;
    private readonly int _firstColumn;
    private readonly int _paddedCount;
    private readonly Span<int> _exactClasses;
    private readonly Span<T> _exactGradients;

    public ColumnTile(CrossEntropyWork work, int group, int firstColumn, int columnCount)
    {
        _work = work;
        _reader = new(work.Terms.SoftCap);
        _group = group;
        _firstColumn = firstColumn;
        Count = columnCount;
        FirstToken = work.FirstToken + (group * work.Shape.Width) + firstColumn;
        _paddedCount = (columnCount + Tile<T>.ColumnAlignment - 1) / Tile<T>.ColumnAlignment * Tile<T>.ColumnAlignment;
        BlockRows = Math.Clamp(BlockElements / _paddedCount, 1, MostBlockRows);

        WorkerBuffers<T> scratch = WorkerBuffers<T>.OfThread;
        Statistics = WorkerBuffers<RowStatistics>.OfThread.Get(0, _paddedCount);
        Max = scratch.Get(ScratchSlot.Max, _paddedCount);
        TargetMax = scratch.Get(ScratchSlot.TargetMax, _paddedCount);
        Excluded = scratch.Get(ScratchSlot.Excluded, _paddedCount);
        Sum = scratch.Get(ScratchSlot.Sum, _paddedCount);
        GapSum = scratch.Get(ScratchSlot.GapSum, _paddedCount);
        Shift = scratch.Get(ScratchSlot.Shift, _paddedCount);
        SoftmaxFactor = scratch.Get(ScratchSlot.SoftmaxFactor, _paddedCount);
        MassFactor = scratch.Get(ScratchSlot.MassFactor, _paddedCount);
        Live = scratch.Get(ScratchSlot.Live, _paddedCount);
        _exactGradients = scratch.Get(ScratchSlot.ExactGradients, ExactClassCount * _paddedCount);
        _exactClasses = WorkerBuffers<int>.OfThread.Get(0, ExactClassCount * _paddedCount);
    }

    /// <summary>The tokens of the tile.</summary>
    public int Count { get; }

    /// <summary>The token of its first column.</summary>
    public int FirstToken { get; }

    /// <summary>The classes of a block.</summary>
    public int BlockRows { get; }

    public Span<RowStatistics> Statistics { get; }

    public Span<T> Max { get; }

    public Span<T> TargetMax { get; }

    /// <summary>For each column a row of the block that the next sum leaves out.</summary>
    public Span<T> Excluded { get; }

    public Span<T> Sum { get; }

    public Span<T> GapSum { get; }

    public Span<T> Shift { get; }

    public Span<T> SoftmaxFactor { get; }

    public Span<T> MassFactor { get; }

    /// <summary>1 for the columns that have a gradient, else 0.</summary>
    public Span<T> Live { get; }

    /// <summary>Whether blocks can be used where they lie: whole registers, and rows near enough that a span reaches over them.</summary>
    private bool CanLieInPlace => _paddedCount == Count && (long)BlockRows * _work.Shape.Width <= int.MaxValue;

    /// <summary>A block of scores.</summary>
    public Tile<T> Scores(int firstClass, int rows) => Read(_work.Scores, _reader, firstClass, rows, ScratchSlot.Scores);

    /// <summary>A block of the target distributions; empty for ids.</summary>
    public Tile<T> Distribution(int firstClass, int rows)
        => _work.Distribution.IsNull ? default : Read(_work.Distribution, ScoreReader<T>.Plain, firstClass, rows, ScratchSlot.Distribution);

    /// <summary>One score, as the kernel reads it.</summary>
    public double ScoreAt(int index, int column)
    {
        Span<T> one = [default];
        _reader.ReadInto(_work.Scores, Offset(index, column), one);
        return double.CreateTruncating(one[0]);
    }

    /// <summary>Where the gradient of a block goes: its own memory, or scratch rows for <see cref="StoreGradientRows"/>.</summary>
    public Span<T> GradientRows(int firstClass, int rows, out int stride)
    {
        bool direct = CanLieInPlace && _work.Gradient.Holds<T>();
        stride = direct ? _work.Shape.Width : _paddedCount;
        return direct
            ? _work.Gradient.View<T>(Offset(firstClass, 0), ((rows - 1) * stride) + _paddedCount)
            : WorkerBuffers<T>.OfThread.Get(ScratchSlot.Gradient, rows * stride);
    }

    /// <summary>Takes the gradient of a block through the soft-cap, and out of scratch rows to where it belongs.</summary>
    public void StoreGradientRows(int firstClass, Tile<T> scores, Span<T> gradient)
    {
        bool direct = CanLieInPlace && _work.Gradient.Holds<T>();
        int stride = direct ? _work.Shape.Width : _paddedCount;
        for (int row = 0; row < scores.RowCount && (!direct || _work.Terms.SoftCap != 0); row++)
        {
            Span<T> values = gradient.Slice(row * stride, Count);
            _reader.ChainThroughSoftCap(scores.Values.Slice(row * scores.Stride, Count), values);
            if (!direct)
            {
                _work.Gradient.Store<T>(Offset(firstClass + row, 0), values);
            }
        }
    }

    /// <summary>Sets the gradient of the whole tile to 0.</summary>
    public void ClearGradient()
    {
        for (int index = 0; index < _work.Shape.ClassCount; index++)
        {
            _work.Gradient.Clear(Offset(index, 0), Count);
        }
    }

    public void ClearGradientTerms()
    {
        Live.Clear();
        SoftmaxFactor.Clear();
        MassFactor.Clear();
        _exactClasses.Fill(-1);
    }

    /// <summary>Computes the gradient of a class off the common formula, before its score may be overwritten.</summary>
    public void KeepExactClass(int slot, int column, int index, in TokenLoss loss)
    {
        if (index < 0)
        {
            return;
        }

        double score = ScoreAt(index, column);
        double probability = _work.Distribution.IsNull ? 0 : _work.Distribution.Read(Offset(index, column));
        double mass = loss.MassOf(index, T.CreateTruncating(probability));
        Span<T> one = [T.CreateTruncating(loss.Gradient(index, score, mass))];
        _reader.ChainThroughSoftCap([T.CreateTruncating(score)], one);
        _exactClasses[(slot * _paddedCount) + column] = index;
        _exactGradients[(slot * _paddedCount) + column] = one[0];
    }

    /// <summary>Writes the gradients kept.</summary>
    public void WriteExactClasses()
    {
        for (int i = 0; i < _exactClasses.Length; i++)
        {
            if (_exactClasses[i] >= 0)
            {
                _work.Gradient.Store<T>(Offset(_exactClasses[i], i % _paddedCount), _exactGradients.Slice(i, 1));
            }
        }
    }

    /// <summary>Lets the next sums leave out nothing.</summary>
    public void ExcludeNothing() => Excluded.Fill(-T.One);

    /// <summary>Lets the next sums leave out each column's target.</summary>
    public void ExcludeTargets(int firstClass)
    {
        ExcludeNothing();
        for (int column = 0; column < Count; column++)
        {
            Excluded[column] = T.CreateTruncating(_work.Tokens.Target[FirstToken + column] - firstClass);
        }
    }

    /// <summary>Renumbers what is left out for a block that begins <paramref name="rows"/> later.</summary>
    public void ShiftExcluded(int rows)
    {
        foreach (ref T row in Excluded)
        {
            row -= T.CreateTruncating(rows);
        }
    }

    private Tile<T> Read(NumberBuffer buffer, ScoreReader<T> reader, int firstClass, int rows, int slot)
    {
        int width = _work.Shape.Width;
        if (CanLieInPlace && reader.ReadsInPlace(buffer))
        {
            return new(buffer.View<T>(Offset(firstClass, 0), ((rows - 1) * width) + _paddedCount), width, rows, _paddedCount);
        }

        Span<T> scratch = WorkerBuffers<T>.OfThread.Get(slot, rows * _paddedCount);
        for (int row = 0; row < rows; row++)
        {
            Span<T> values = scratch.Slice(row * _paddedCount, _paddedCount);
            buffer.Load(Offset(firstClass + row, 0), values[..Count]);
            values[Count..].Clear();
            if (reader.Caps)
            {
                ClearWhatDoesNotCount(values);
                reader.Cap(values);
            }
        }

        return new(scratch, _paddedCount, rows, _paddedCount);
    }

    /// <summary>
    /// A hyperbolic tangent of NaN would reach the gradient of its own column, and the last digit of the columns beside it.
    /// </summary>
    private void ClearWhatDoesNotCount(Span<T> row)
    {
        for (int column = 0; column < Count; column++)
        {
            if (_work.Tokens.Weight[FirstToken + column] == 0)
            {
                row[column] = T.Zero;
            }
        }
    }

    private long Offset(int index, int column) => _work.Shape.Offset(_group, index) + _firstColumn + column;
}
