using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Lanes;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Projection;

/// <summary>The classes of the greatest logits of each row and their log-probabilities, in double.</summary>
internal sealed class TopClassesWork : IWork
{
    private const int ChunkElements = 1 << 16;

    private CrossEntropyTerms _terms;
    private NumberBuffer _logits;
    private TopClasses _top;
    private int _rowCount;
    private int _rowsPerChunk;

    public int ChunkCount => (_rowCount + _rowsPerChunk - 1) / _rowsPerChunk;

    /// <summary>Sets up a chunk of rows.</summary>
    public void Prepare(in CrossEntropyTerms terms, NumberBuffer logits, int rowCount, in TopClasses top)
    {
        (_terms, _logits, _rowCount, _top) = (terms, logits, rowCount, top);
        _rowsPerChunk = Math.Max(1, ChunkElements / terms.ClassCount);
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
        ScoreReader<double> reader = new(_terms.SoftCap);
        int end = Math.Min((chunk + 1) * _rowsPerChunk, _rowCount);
        for (int row = chunk * _rowsPerChunk; row < end; row++)
        {
            ReadOnlySpan<double> x = reader.Read(_logits, (long)row * _terms.ClassCount, _terms.ClassCount, ScratchSlot.Scores);
            RowStatistics statistics = RowKernel<TLanes, double>.Measure(x, default, -1, _terms, wantsEntropy: false, default);
            Span<int> classes = _top.ClassesOf(row);
            Span<double> logProbabilities = _top.LogProbabilitiesOf(row);
            double logSum = statistics.LogSum;
            if (double.IsNaN(logSum))
            {
                classes.Fill(-1);
                logProbabilities.Fill(double.NaN);
                continue;
            }

            Select(x, classes, logProbabilities);
            TensorPrimitives.Subtract(logProbabilities, statistics.Shift, logProbabilities);
            TensorPrimitives.Multiply(logProbabilities, _terms.InverseTemperature, logProbabilities);
            TensorPrimitives.Subtract(logProbabilities, logSum, logProbabilities);
        }
    }

    /// <summary>The greatest scores in falling order; of equal ones the first class.</summary>
    private static void Select(ReadOnlySpan<double> x, Span<int> classes, Span<double> scores)
    {
        int count = 0;
        double least = double.NegativeInfinity;
        for (int index = 0; index < x.Length; index++)
        {
            if (count == classes.Length && !(x[index] > least))
            {
                continue;
            }

            int place = count < classes.Length ? count++ : count - 1;
            for (; place > 0 && x[index] > scores[place - 1]; place--)
            {
                (scores[place], classes[place]) = (scores[place - 1], classes[place - 1]);
            }

            (scores[place], classes[place]) = (x[index], index);
            least = scores[count - 1];
        }
    }
}
