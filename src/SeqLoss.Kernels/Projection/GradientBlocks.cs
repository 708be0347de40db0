using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>∂H = G·W and ∂W += Gᵀ·H of a chunk of rows, one block of classes after another.</summary>
/// <remarks>
/// A block of G is read from memory once for both products, and what the next one reads is asked for meanwhile. The vocabulary is cut
/// into <see cref="PartitionCount"/> parts, each with its own sum of ∂H, added up in order: results do not depend on the number of
/// threads. With a filter the rows of a block whose every |∂ℓ/∂logit| is below the threshold are left out of both products.
/// </remarks>
internal sealed class GradientBlocks : IWork
{
    /// <summary>The classes of a block: whole panels and whole lines, which with a chunk's rows stay in the second-level cache.</summary>
    public const int BlockLength = 240;

    /// <summary>The parts of the vocabulary that are computed beside each other.</summary>
    public const int PartitionCount = 8;

    private const int FloatsPerLine = NumberBuffer.CacheLine / sizeof(float);

    private readonly MatrixProduct[] _products = new MatrixProduct[PartitionCount];
    private readonly MatrixPacking _packing = new();
    private int[] _rows = [];
    private double[] _thresholds = [];
    private bool _filters;
    private bool _usesPanels;
    private ProjectionOperands _operands;
    private GradientBuffers _gradients;
    private NumberBuffer _logitGradient;
    private NumberBuffer _hidden;
    private RightMatrix _hiddenAsRight;
    private NumberBuffer _partialSums;
    private int _rowCount;

    public GradientBlocks(ProductLibrary library)
    {
        for (int i = 0; i < PartitionCount; i++)
        {
            _products[i] = new MatrixProduct(library);
        }
    }

    public int ChunkCount => PartitionCount;

    private int BlockCount => (int)(((long)_operands.ClassCount + BlockLength - 1) / BlockLength);

    private long Features => (long)_rowCount * _operands.Depth;

    /// <summary>Computes both products.</summary>
    /// <param name="operands">The projection.</param>
    /// <param name="settings">The threshold of the filter, and the threads.</param>
    /// <param name="gradients">The destinations, that of the hidden states for the chunk's rows.</param>
    /// <param name="logitGradient">G, float32.</param>
    /// <param name="hidden">H, the chunk's rows; if they are BF16, G is rounded to it.</param>
    /// <param name="partialSums">Room for ∂H of each part but the first.</param>
    /// <param name="packedHidden">Room for the packed hidden states.</param>
    /// <param name="rows">The tokens of the rows.</param>
    /// <param name="coefficients">The factor of each token's gradient.</param>
    public void Run(
        in ProjectionOperands operands,
        in ProjectionSettings settings,
        in GradientBuffers gradients,
        NumberBuffer logitGradient,
        NumberBuffer hidden,
        NumberBuffer partialSums,
        NumberBuffer packedHidden,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<double> coefficients)
    {
        (_operands, _gradients, _logitGradient) = (operands, gradients, logitGradient);
        (_hidden, _partialSums, _rowCount) = (hidden, partialSums, rows.Length);
        _filters = settings.FilterThreshold > 0;
        _usesPanels = settings.RoundsOperands && _products[0].Panels is not null;
        if (_thresholds.Length < rows.Length)
        {
            _thresholds = new double[rows.Length];
            _rows = new int[PartitionCount * rows.Length];
        }

        for (int row = 0; row < rows.Length; row++)
        {
            _thresholds[row] = settings.FilterThreshold * Math.Abs(coefficients[rows[row]]);
        }

        // Every block of classes reads all of H: packed once, it is read 133 times at V = 32000.
        Matrix right = new(hidden, operands.Depth);
        _hiddenAsRight = gradients.Vocabulary.IsNull || _filters ? right
            : _usesPanels ? _products[0].Panels!.Pack(right, rows.Length, operands.Depth, packedHidden, settings.Threads)
            : hidden.Holds<float>() ? _packing.Pack(right, rows.Length, operands.Depth, packedHidden, settings.Threads)
            : right;
        WorkPool.Run(this, settings.Threads);
        for (int partition = 1; partition < PartitionCount && !gradients.Hidden.IsNull; partition++)
        {
            Span<float> sum = gradients.Hidden.View<float>(0, (int)Features);
            TensorPrimitives.Add(sum, PartialSum(partition).View<float>(0, (int)Features), sum);
        }
    }

    public void Run(int chunk)
    {
        if (!_gradients.Hidden.IsNull)
        {
            PartialSum(chunk).Clear(0, Features);
        }

        int end = (int)((long)BlockCount * (chunk + 1) / PartitionCount);
        for (int block = (int)((long)BlockCount * chunk / PartitionCount); block < end; block++)
        {
            RunBlock(chunk, block * BlockLength, Math.Min(BlockLength, _operands.ClassCount - (block * BlockLength)));
        }
    }

    private NumberBuffer PartialSum(int partition) => partition == 0 ? _gradients.Hidden : _partialSums.From((partition - 1) * Features);

    private void RunBlock(int partition, int firstClass, int classCount)
    {
        ReadOnlySpan<int> rows = RowsOf(_rows.AsSpan(partition * _rowCount, _rowCount), firstClass, classCount);
        if (rows.Length < _rowCount)
        {
            RunSomeRows(partition, firstClass, classCount, rows);
        }
        else if (_hidden.Holds<float>())
        {
            Matrix all = new(_logitGradient.From(firstClass), _operands.ClassCount);
            Upcoming nextGradient = Upcoming.Of(all.From(0, classCount), _rowCount, NextCount(firstClass));
            MultiplyForHidden(partition, firstClass, classCount, all, _rowCount, PartialSum(partition), beta: 1, nextGradient, default);
            Upcoming next = _gradients.Hidden.IsNull
                ? nextGradient
                : Upcoming.Of(_operands.ClassesAsRows.From(firstClass + classCount, 0), NextCount(firstClass), _operands.Depth);
            MultiplyForVocabulary(partition, firstClass, classCount, all, _hiddenAsRight, _rowCount, next, default);
        }
        else
        {
            RunRoundedRows(partition, firstClass, classCount);
        }
    }

    /// <summary>All rows, G rounded to BF16 as H is.</summary>
    private unsafe void RunRoundedRows(int partition, int firstClass, int classCount)
    {
        long ofRuns = FloatsOf((long)_rowCount * classCount);
        long length = ofRuns + StorageLength(partition, _rowCount, classCount);
        fixed (float* address = WorkerBuffers<float>.OfThread.Get(ScratchSlot.LiveRows, (int)length + FloatsPerLine))
        {
            NumberBuffer memory = new NumberBuffer(address, ElementType.Float32).FromCacheLine();
            NumberBuffer runs = memory.As(ElementType.BFloat16), storage = memory.From(ofRuns);
            for (int row = 0; row < _rowCount; row++)
            {
                BFloat16Rounding.Round(RunOf(row, firstClass, classCount), runs.View<ushort>((long)row * classCount, classCount));
            }

            Matrix all = new(runs, classCount);
            MultiplyForHidden(partition, firstClass, classCount, all, _rowCount, PartialSum(partition), beta: 1, default, storage);
            MultiplyForVocabulary(partition, firstClass, classCount, all, _hiddenAsRight, _rowCount, default, storage);
        }
    }

    /// <summary>The rows that the filter leaves, beside each other.</summary>
    private unsafe void RunSomeRows(int partition, int firstClass, int classCount, ReadOnlySpan<int> rows)
    {
        int depth = _operands.Depth;
        long ofRuns = FloatsOf((long)rows.Length * classCount), ofHidden = FloatsOf((long)rows.Length * depth);
        long length = ofRuns + (2 * ofHidden) + StorageLength(partition, rows.Length, classCount);
        fixed (float* address = WorkerBuffers<float>.OfThread.Get(ScratchSlot.LiveRows, (int)length + FloatsPerLine))
        {
            NumberBuffer memory = new NumberBuffer(address, ElementType.Float32).FromCacheLine();
            NumberBuffer runs = memory.As(_hidden.Type), hidden = memory.From(ofRuns).As(_hidden.Type);
            NumberBuffer sums = memory.From(ofRuns + ofHidden), storage = memory.From(ofRuns + (2 * ofHidden));
            Gather(rows, firstClass, classCount, runs, hidden);
            Matrix gathered = new(runs, classCount);
            Matrix right = new(hidden, depth);
            MultiplyForVocabulary(partition, firstClass, classCount, gathered, right, rows.Length, default, storage);
            MultiplyForHidden(partition, firstClass, classCount, gathered, rows.Length, sums, beta: 0, default, storage);
            for (int i = 0; i < rows.Length && !_gradients.Hidden.IsNull; i++)
            {
                Span<float> sum = PartialSum(partition).View<float>((long)rows[i] * depth, depth);
                TensorPrimitives.Add(sum, sums.View<float>((long)i * depth, depth), sum);
            }
        }
    }

    /// <summary>The floats that hold a block's panels.</summary>
    private long StorageLength(int partition, int rowCount, int classCount)
    {
        if (!_usesPanels || rowCount == 0)
        {
            return 0;
        }

        PanelProduct panels = _products[partition].Panels!;
        return Math.Max(
            panels.StorageLength(rowCount, _operands.Depth, classCount),
            panels.StorageLength(classCount, _hiddenAsRight.HasPanels ? 0 : _operands.Depth, rowCount));
    }

    /// <summary>The floats, in whole cache lines, that hold numbers of the hidden states' type.</summary>
    private long FloatsOf(long count)
    {
        long floats = _hidden.Holds<float>() ? count : (count + 1) / 2;
        return (floats + FloatsPerLine - 1) / FloatsPerLine * FloatsPerLine;
    }

    /// <summary>∂W += Gᵀ·H of the block's classes.</summary>
    private void MultiplyForVocabulary(
        int partition,
        int firstClass,
        int classCount,
        Matrix gradient,
        RightMatrix hidden,
        int rowCount,
        Upcoming next,
        NumberBuffer storage)
    {
        // Without rows there is nothing to add, but something to clear.
        if (_gradients.Vocabulary.IsNull || (rowCount == 0 && _gradients.Accumulates))
        {
            return;
        }

        ProductTask task = new()
        {
            Rows = classCount,
            Columns = _operands.Depth,
            Depth = rowCount,
            Left = gradient with { IsTransposed = true },
            Right = hidden,
            Result = _gradients.Vocabulary.From((long)firstClass * _operands.Depth),
            ResultStride = _operands.Depth,
            Beta = _gradients.Accumulates ? 1 : 0,
            IsPart = true,
            Upcoming = next,
        };
        Multiply(partition, task, storage);
    }

    /// <summary>β·sums + G·W of the block's classes.</summary>
    private void MultiplyForHidden(
        int partition,
        int firstClass,
        int classCount,
        Matrix gradient,
        int rowCount,
        NumberBuffer sums,
        float beta,
        Upcoming next,
        NumberBuffer storage)
    {
        if (_gradients.Hidden.IsNull)
        {
            return;
        }

        ProductTask task = new()
        {
            Rows = rowCount,
            Columns = _operands.Depth,
            Depth = classCount,
            Left = gradient,
            Right = _operands.ClassesAsRows.From(firstClass, 0),
            Result = sums,
            ResultStride = _operands.Depth,
            Beta = beta,
            IsPart = true,
            Upcoming = next,
        };
        Multiply(partition, task, storage);
    }

    /// <summary>A product on the calling thread.</summary>
    private void Multiply(int partition, in ProductTask task, NumberBuffer storage)
    {
        if (_usesPanels && PanelProduct.Computes(task))
        {
            _products[partition].Panels!.Run(task, storage, 1);
        }
        else
        {
            _products[partition].Run(task, 1);
        }
    }

    /// <summary>The classes of the block after one.</summary>
    private int NextCount(int firstClass) => Math.Clamp(_operands.ClassCount - firstClass - BlockLength, 0, BlockLength);

    /// <summary>Copies runs of the rows and their hidden states, both stored as the products take them.</summary>
    private void Gather(ReadOnlySpan<int> rows, int firstClass, int classCount, NumberBuffer runs, NumberBuffer hidden)
    {
        int depth = _operands.Depth;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> run = RunOf(rows[i], firstClass, classCount);
            long ofRun = (long)i * classCount, to = (long)i * depth, from = (long)rows[i] * depth;
            if (runs.Holds<float>())
            {
                run.CopyTo(runs.View<float>(ofRun, classCount));
                _hidden.View<float>(from, depth).CopyTo(hidden.View<float>(to, depth));
            }
            else
            {
                BFloat16Rounding.Round(run, runs.View<ushort>(ofRun, classCount));
                _hidden.View<ushort>(from, depth).CopyTo(hidden.View<ushort>(to, depth));
            }
        }
    }

    /// <summary>The rows of a block that the filter leaves, NaN among them; all without a filter.</summary>
    private ReadOnlySpan<int> RowsOf(Span<int> rows, int firstClass, int classCount)
    {
        int count = 0;
        for (int row = 0; row < _rowCount; row++)
        {
            if (!_filters || !(Math.Abs(TensorPrimitives.MaxMagnitude(RunOf(row, firstClass, classCount))) < _thresholds[row]))
            {
                rows[count++] = row;
            }
        }

        return rows[..count];
    }

    private ReadOnlySpan<float> RunOf(int row, int firstClass, int classCount)
        => _logitGradient.View<float>(((long)row * _operands.ClassCount) + firstClass, classCount);
}
