using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>The gradients of hidden states and vocabulary without the runs of classes whose gradient is below a threshold.</summary>
/// <remarks>
/// A run is <see cref="RunLength"/> classes of one token. For each block of that many classes the tokens that are left are gathered
/// and multiplied by themselves. The vocabulary is cut into <see cref="PartitionCount"/> parts, each with its own sum of the gradient
/// of the hidden states, added up in order: results do not depend on the number of threads.
/// </remarks>
internal sealed class FilteredGradient : IWork
{
    /// <summary>The classes of a run.</summary>
    public const int RunLength = 256;

    /// <summary>The parts of the vocabulary that are computed beside each other.</summary>
    public const int PartitionCount = 8;

    private readonly MatrixProduct[] _products = new MatrixProduct[PartitionCount];
    private int[] _live = [];
    private double[] _thresholds = [];
    private ProjectionOperands _operands;
    private GradientBuffers _gradients;
    private NumberBuffer _logitGradient;
    private NumberBuffer _hidden;
    private NumberBuffer _partialSums;
    private int _rowCount;

    public FilteredGradient(ProductLibrary library)
    {
        for (int i = 0; i < PartitionCount; i++)
        {
            _products[i] = new MatrixProduct(library);
        }
    }

    public int ChunkCount => PartitionCount;

    private int BlockCount => (_operands.ClassCount + RunLength - 1) / RunLength;

    private long Features => (long)_rowCount * _operands.Depth;

    /// <summary>∂H = G·W and ∂W += Gᵀ·H, without what the filter drops.</summary>
    /// <param name="operands">The projection.</param>
    /// <param name="settings">The threshold, and how products are computed.</param>
    /// <param name="gradients">The destinations, that of the hidden states for the chunk's rows.</param>
    /// <param name="logitGradient">G, float32.</param>
    /// <param name="hidden">H, the chunk's rows.</param>
    /// <param name="partialSums">Room for a ∂H of each part.</param>
    /// <param name="rows">The tokens of the rows.</param>
    /// <param name="coefficients">The factor of each token's gradient.</param>
    public void Run(
        in ProjectionOperands operands,
        in ProjectionSettings settings,
        in GradientBuffers gradients,
        NumberBuffer logitGradient,
        NumberBuffer hidden,
        NumberBuffer partialSums,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<double> coefficients)
    {
        (_operands, _gradients, _logitGradient) = (operands, gradients, logitGradient);
        (_hidden, _partialSums, _rowCount) = (hidden, partialSums, rows.Length);
        if (_thresholds.Length < rows.Length)
        {
            _thresholds = new double[rows.Length];
            _live = new int[PartitionCount * rows.Length];
        }

        for (int row = 0; row < rows.Length; row++)
        {
            _thresholds[row] = settings.FilterThreshold * Math.Abs(coefficients[rows[row]]);
        }

        WorkPool.Run(this, settings.Threads);
        if (!gradients.Hidden.IsNull)
        {
            AddUp();
        }
    }

    public void Run(int chunk)
    {
        int first = (int)((long)BlockCount * chunk / PartitionCount), end = (int)((long)BlockCount * (chunk + 1) / PartitionCount);
        if (!_gradients.Hidden.IsNull)
        {
            _partialSums.Clear(chunk * Features, (int)Features);
        }

        for (int block = first; block < end; block++)
        {
            RunBlock(chunk, block * RunLength, Math.Min(RunLength, _operands.ClassCount - (block * RunLength)));
        }
    }

    private unsafe void RunBlock(int partition, int firstClass, int classCount)
    {
        ReadOnlySpan<int> live = FindLive(_live.AsSpan(partition * _rowCount, _rowCount), firstClass, classCount);
        if (live.IsEmpty)
        {
            if (!_gradients.Vocabulary.IsNull && !_gradients.Accumulates)
            {
                _gradients.Vocabulary.Clear((long)firstClass * _operands.Depth, classCount * _operands.Depth);
            }

            return;
        }

        int depth = _operands.Depth, ofRuns = live.Length * classCount, ofHidden = live.Length * depth;
        Span<float> memory = WorkerBuffers<float>.OfThread.Get(ScratchSlot.LiveRows, ofRuns + (2 * ofHidden));
        fixed (float* address = memory)
        {
            NumberBuffer all = new(address, ElementType.Float32);
            NumberBuffer runs = all.As(_hidden.Type), hidden = all.From(ofRuns).As(_hidden.Type), result = all.From(ofRuns + ofHidden);
            Gather(live, firstClass, classCount, runs, hidden);
            if (!_gradients.Vocabulary.IsNull)
            {
                ProductTask ofVocabulary = new()
                {
                    Rows = classCount,
                    Columns = depth,
                    Depth = live.Length,
                    Left = new Matrix(runs, classCount, IsTransposed: true),
                    Right = new Matrix(hidden, depth),
                    Result = _gradients.Vocabulary.From((long)firstClass * depth),
                    ResultStride = depth,
                    Beta = _gradients.Accumulates ? 1 : 0,
                };
                _products[partition].Run(ofVocabulary, 1);
            }

            if (!_gradients.Hidden.IsNull)
            {
                ProductTask ofRows = new()
                {
                    Rows = live.Length,
                    Columns = depth,
                    Depth = classCount,
                    Left = new Matrix(runs, classCount),
                    Right = _operands.ClassesAsRows.From(firstClass, 0),
                    Result = result,
                    ResultStride = depth,
                };
                _products[partition].Run(ofRows, 1);
                for (int i = 0; i < live.Length; i++)
                {
                    Span<float> sum = _partialSums.View<float>((partition * Features) + ((long)live[i] * depth), depth);
                    TensorPrimitives.Add(sum, result.View<float>((long)i * depth, depth), sum);
                }
            }
        }
    }

    /// <summary>Copies the runs that are left and the hidden states of their tokens, both stored as the products take them.</summary>
    private void Gather(ReadOnlySpan<int> live, int firstClass, int classCount, NumberBuffer runs, NumberBuffer hidden)
    {
        int depth = _operands.Depth;
        for (int i = 0; i < live.Length; i++)
        {
            ReadOnlySpan<float> run = _logitGradient.View<float>(((long)live[i] * _operands.ClassCount) + firstClass, classCount);
            long ofRun = (long)i * classCount, to = (long)i * depth, from = (long)live[i] * depth;
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

    /// <summary>The rows of a block that the filter leaves, NaN among them.</summary>
    private ReadOnlySpan<int> FindLive(Span<int> rows, int firstClass, int classCount)
    {
        int count = 0;
        for (int row = 0; row < _rowCount; row++)
        {
            ReadOnlySpan<float> run = _logitGradient.View<float>(((long)row * _operands.ClassCount) + firstClass, classCount);
            if (!(Math.Abs(TensorPrimitives.MaxMagnitude(run)) < _thresholds[row]))
            {
                rows[count++] = row;
            }
        }

        return rows[..count];
    }

    private void AddUp()
    {
        Span<float> sum = _gradients.Hidden.View<float>(0, (int)Features);
        _partialSums.View<float>(0, (int)Features).CopyTo(sum);
        for (int partition = 1; partition < PartitionCount; partition++)
        {
            TensorPrimitives.Add(sum, _partialSums.View<float>(partition * Features, (int)Features), sum);
        }
    }
}
