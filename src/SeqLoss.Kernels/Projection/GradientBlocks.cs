using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>∂H = G·W and ∂W += Gᵀ·H of a chunk of rows, one block of classes after another.</summary>
/// <remarks>
/// A block of G is read from memory once for both products; in float32 what the next one reads is asked for meanwhile. The vocabulary is
/// cut into <see cref="PartitionCount"/> parts, each with its own sum of ∂H, added up in order: results do not depend on the number of
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
    private readonly ColumnSums _columnSums = new();
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
        if (!gradients.Hidden.IsNull)
        {
            _columnSums.Run(_partialSums, PartitionCount - 1, (int)Features, gradients.Hidden, adds: true, settings.Threads);
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
            int first = block * BlockLength;
            RunBlock(new ClassBlock(chunk, first, Math.Min(BlockLength, _operands.ClassCount - first)));
        }
    }

    private NumberBuffer PartialSum(int partition) => partition == 0 ? _gradients.Hidden : _partialSums.From((partition - 1) * Features);

    private void RunBlock(in ClassBlock block)
    {
        ReadOnlySpan<int> rows = RowsOf(block);
        if (rows.Length < _rowCount)
        {
            RunSomeRows(block, rows);
        }
        else if (_hidden.Holds<float>())
        {
            Matrix all = new(_logitGradient.From(block.First), _operands.ClassCount);
            Upcoming nextGradient = Upcoming.Of(all.From(0, block.Count), _rowCount, NextCount(block));
            MultiplyForHidden(block, all, _rowCount, PartialSum(block.Partition), beta: 1, nextGradient);
            Upcoming next = _gradients.Hidden.IsNull
                ? nextGradient
                : Upcoming.Of(_operands.ClassesAsRows.From(block.First + block.Count, 0), NextCount(block), _operands.Depth);
            MultiplyForVocabulary(block, all, _hiddenAsRight, _rowCount, next);
        }
        else
        {
            RunRoundedRows(block);
        }
    }

    /// <summary>All rows, G rounded to BF16 as H is.</summary>
    private unsafe void RunRoundedRows(in ClassBlock block)
    {
        long ofRuns = NumberBuffer.FloatsOfLines((long)_rowCount * block.Count, ElementType.BFloat16);
        int length = checked((int)(ofRuns + StorageLength(block, _rowCount)));
        fixed (float* address = WorkerBuffers<float>.OfThread.Get(ScratchSlot.LiveRows, length + FloatsPerLine))
        {
            NumberBuffer memory = new NumberBuffer(address, ElementType.Float32).FromCacheLine();
            NumberBuffer runs = memory.As(ElementType.BFloat16);
            BFloat16Rounding.Round(_logitGradient.From(block.First), _operands.ClassCount, _rowCount, block.Count, runs);
            Matrix all = new(runs, block.Count);
            ClassBlock withStorage = block with { Storage = memory.From(ofRuns) };
            MultiplyForHidden(withStorage, all, _rowCount, PartialSum(block.Partition), beta: 1, default);
            MultiplyForVocabulary(withStorage, all, _hiddenAsRight, _rowCount, default);
        }
    }

    /// <summary>The rows that the filter leaves, beside each other.</summary>
    private unsafe void RunSomeRows(in ClassBlock block, ReadOnlySpan<int> rows)
    {
        int depth = _operands.Depth;
        long features = (long)rows.Length * depth;
        long ofRuns = NumberBuffer.FloatsOfLines((long)rows.Length * block.Count, _hidden.Type);
        long ofHidden = NumberBuffer.FloatsOfLines(features, _hidden.Type);
        long ofSums = NumberBuffer.FloatsOfLines(features, ElementType.Float32);
        int length = checked((int)(ofRuns + ofHidden + ofSums + StorageLength(block, rows.Length)));
        fixed (float* address = WorkerBuffers<float>.OfThread.Get(ScratchSlot.LiveRows, length + FloatsPerLine))
        {
            NumberBuffer memory = new NumberBuffer(address, ElementType.Float32).FromCacheLine();
            NumberBuffer runs = memory.As(_hidden.Type), hidden = memory.From(ofRuns).As(_hidden.Type);
            NumberBuffer sums = memory.From(ofRuns + ofHidden);
            ClassBlock withStorage = block with { Storage = sums.From(ofSums) };
            Gather(rows, block, runs, hidden);
            Matrix gathered = new(runs, block.Count);
            MultiplyForVocabulary(withStorage, gathered, new Matrix(hidden, depth), rows.Length, default);
            MultiplyForHidden(withStorage, gathered, rows.Length, sums, beta: 0, default);
            for (int i = 0; i < rows.Length && !_gradients.Hidden.IsNull; i++)
            {
                Span<float> sum = PartialSum(block.Partition).View<float>((long)rows[i] * depth, depth);
                TensorPrimitives.Add(sum, sums.View<float>((long)i * depth, depth), sum);
            }
        }
    }

    /// <summary>The floats of storage for the panels of a block's products, one after the other.</summary>
    private long StorageLength(in ClassBlock block, int rowCount)
    {
        if (!_usesPanels || rowCount == 0)
        {
            return 0;
        }

        PanelProduct panels = _products[block.Partition].Panels!;
        return Math.Max(
            panels.StorageLength(rowCount, _operands.Depth, block.Count),
            panels.StorageLength(block.Count, _hiddenAsRight.HasPanels ? 0 : _operands.Depth, rowCount));
    }

    /// <summary>∂W += Gᵀ·H of the block's classes.</summary>
    private void MultiplyForVocabulary(in ClassBlock block, Matrix gradient, RightMatrix hidden, int rowCount, Upcoming next)
    {
        // Without rows there is nothing to add, but something to clear.
        if (_gradients.Vocabulary.IsNull || (rowCount == 0 && _gradients.Accumulates))
        {
            return;
        }

        Multiply(block, new ProductTask
        {
            Rows = block.Count,
            Columns = _operands.Depth,
            Depth = rowCount,
            Left = gradient with { IsTransposed = true },
            Right = hidden,
            Result = _gradients.Vocabulary.From((long)block.First * _operands.Depth),
            ResultStride = _operands.Depth,
            Beta = _gradients.Accumulates ? 1 : 0,
            IsPart = true,
            Upcoming = next,
        });
    }

    /// <summary>β·sums + G·W of the block's classes.</summary>
    private void MultiplyForHidden(
        in ClassBlock block, Matrix gradient, int rowCount, NumberBuffer sums, float beta, Upcoming next)
    {
        if (_gradients.Hidden.IsNull)
        {
            return;
        }

        Multiply(block, new ProductTask
        {
            Rows = rowCount,
            Columns = _operands.Depth,
            Depth = block.Count,
            Left = gradient,
            Right = _operands.ClassesAsRows.From(block.First, 0),
            Result = sums,
            ResultStride = _operands.Depth,
            Beta = beta,
            IsPart = true,
            Upcoming = next,
        });
    }

    /// <summary>A product on the calling thread.</summary>
    private void Multiply(in ClassBlock block, in ProductTask task)
    {
        MatrixProduct product = _products[block.Partition];
        if (_usesPanels && PanelProduct.Computes(task))
        {
            product.Panels!.Run(task, block.Storage, 1);
        }
        else
        {
            product.Run(task, 1);
        }
    }

    /// <summary>The classes of the block after one.</summary>
    private int NextCount(in ClassBlock block) => Math.Clamp(_operands.ClassCount - block.First - BlockLength, 0, BlockLength);

    /// <summary>Copies runs of the rows and their hidden states, both stored as the products take them.</summary>
    private void Gather(ReadOnlySpan<int> rows, in ClassBlock block, NumberBuffer runs, NumberBuffer hidden)
    {
        int depth = _operands.Depth;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> run = RunOf(rows[i], block);
            long ofRun = (long)i * block.Count, to = (long)i * depth, from = (long)rows[i] * depth;
            if (runs.Holds<float>())
            {
                run.CopyTo(runs.View<float>(ofRun, block.Count));
                _hidden.View<float>(from, depth).CopyTo(hidden.View<float>(to, depth));
            }
            else
            {
                BFloat16Rounding.Round(run, runs.View<ushort>(ofRun, block.Count));
                _hidden.View<ushort>(from, depth).CopyTo(hidden.View<ushort>(to, depth));
            }
        }
    }

    /// <summary>The rows of a block that the filter leaves, NaN among them; all without a filter.</summary>
    private ReadOnlySpan<int> RowsOf(in ClassBlock block)
    {
        Span<int> rows = _rows.AsSpan(block.Partition * _rowCount, _rowCount);
        int count = 0;
        for (int row = 0; row < _rowCount; row++)
        {
            if (!_filters || !(Math.Abs(TensorPrimitives.MaxMagnitude(RunOf(row, block))) < _thresholds[row]))
            {
                rows[count++] = row;
            }
        }

        return rows[..count];
    }

    private ReadOnlySpan<float> RunOf(int row, in ClassBlock block)
        => _logitGradient.View<float>(((long)row * _operands.ClassCount) + block.First, block.Count);

    /// <summary>Classes that are computed together.</summary>
    /// <param name="Partition">The part of the vocabulary that they belong to.</param>
    /// <param name="First">The first class.</param>
    /// <param name="Count">The classes.</param>
    private readonly record struct ClassBlock(int Partition, int First, int Count)
    {
        /// <summary>Room for the panels of its products, where they are computed on panels.</summary>
        public NumberBuffer Storage { get; init; }
    }
}
