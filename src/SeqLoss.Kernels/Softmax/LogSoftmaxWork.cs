using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Softmax;

/// <summary>ln p = (x − m) − ln Σ e^(x − m) of logits, in double, one token at a time in every layout.</summary>
/// <remarks>Neither difference cancels: both are at most 0. A token is copied first, so that ln p may overwrite its logits.</remarks>
internal sealed class LogSoftmaxWork : IWork
{
    private const int ChunkElements = 1 << 16;

    private ScoreShape _shape;
    private NumberBuffer _logits;
    private NumberBuffer _logProbs;
    private int _tokensPerChunk;

    public int ChunkCount { get; private set; }

    private long TokenCount => (long)_shape.GroupCount * _shape.Width;

    /// <summary>Sets up the tensor.</summary>
    public void Prepare(ScoreShape shape, NumberBuffer logits, NumberBuffer logProbs)
    {
        (_shape, _logits, _logProbs) = (shape, logits, logProbs);
        _tokensPerChunk = Math.Max(1, ChunkElements / shape.ClassCount);
        ChunkCount = checked((int)((TokenCount + _tokensPerChunk - 1) / _tokensPerChunk));
    }

    public void Run(int chunk)
    {
        switch (LaneWidth.OfProcessor)
        {
            case LaneWidth.Bits512:
                Run<Vector512Lanes<double>>(chunk);
                break;
            case LaneWidth.Bits256:
                Run<Vector256Lanes<double>>(chunk);
                break;
            case LaneWidth.Bits128:
                Run<Vector128Lanes<double>>(chunk);
                break;
            default:
                Run<ScalarLanes<double>>(chunk);
                break;
        }
    }

    private void Run<TLanes>(int chunk)
        where TLanes : struct, ILanes<TLanes, double>
    {
        CrossEntropyTerms terms = new(ScoreKind.Logits, _shape.ClassCount, 1, 0, -1, null, 0, 0, 1);
        Span<double> row = WorkerBuffers<double>.OfThread.Get(ScratchSlot.Scores, _shape.ClassCount);
        long end = Math.Min(((long)chunk + 1) * _tokensPerChunk, TokenCount);
        for (long token = (long)chunk * _tokensPerChunk; token < end; token++)
        {
            long offset = _shape.Offset((int)(token / _shape.Width), 0) + (token % _shape.Width);
            _logits.Load(offset, row, _shape.Width);
            RowStatistics statistics = RowKernel<TLanes, double>.Measure(row, default, -1, terms, wantsEntropy: false, default);
            TensorPrimitives.Subtract(row, statistics.Shift, row);
            TensorPrimitives.Subtract(row, statistics.LogSum, row);
            _logProbs.Store<double>(offset, row, _shape.Width);
        }
    }
}
