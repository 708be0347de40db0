using System;
using System.Numerics.Tensors;
using System.Threading;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Surveys;

/// <summary>The least, the greatest and the sum of the numbers of each token's row, in double.</summary>
/// <remarks>
/// A row with NaN has a NaN minimum and maximum. What is found for tokens of weight 0 is unspecified. The numbers pass once, in the
/// order of memory where the class axis is last; else in tiles of tokens beside each other.
/// </remarks>
internal sealed class RowSurvey : IWork
{
    private const int ChunkElements = 1 << 16;

    // Half of the smallest first-level cache as doubles.
    private const int RunLength = 2048;

    private readonly NumberBuffer _numbers;
    private readonly ScoreShape _shape;
    private readonly double[] _weight;
    private readonly int _tilesPerGroup;
    private readonly int _unitsPerChunk;

    private RowSurvey(NumberBuffer numbers, ScoreShape shape, double[] weight)
    {
        (_numbers, _shape, _weight) = (numbers, shape, weight);
        int count = shape.GroupCount * shape.Width;
        (Min, Max, Sum) = (new double[count], new double[count], new double[count]);
        _tilesPerGroup = (shape.Width + RunLength - 1) / RunLength;
        _unitsPerChunk = (int)Math.Max(1, ChunkElements / ((long)shape.ClassCount * Math.Min(shape.Width, RunLength)));
        ChunkCount = checked((int)((((long)shape.GroupCount * _tilesPerGroup) + _unitsPerChunk - 1) / _unitsPerChunk));
    }

    /// <summary>The least number of each row; NaN if one is NaN.</summary>
    public double[] Min { get; }

    /// <summary>The greatest number of each row; NaN if one is NaN.</summary>
    public double[] Max { get; }

    /// <summary>The sum of each row.</summary>
    public double[] Sum { get; }

    public int ChunkCount { get; }

    /// <summary>Surveys numbers that stay where they are meanwhile.</summary>
    /// <param name="numbers">Scores or distributions.</param>
    /// <param name="shape">Their axes.</param>
    /// <param name="weight">0 for each token whose row is not to be read.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cancellation">Stops the survey.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RowSurvey Of(NumberBuffer numbers, ScoreShape shape, double[] weight, int threads, CancellationToken cancellation)
    {
        RowSurvey survey = new(numbers, shape, weight);
        CancellableWork.Run(survey, threads, cancellation);
        return survey;
    }

    public void Run(int chunk)
    {
        long first = (long)chunk * _unitsPerChunk;
        long end = Math.Min(first + _unitsPerChunk, (long)_shape.GroupCount * _tilesPerGroup);
        for (long unit = first; unit < end; unit++)
        {
            if (_shape.Width == 1)
            {
                MeasureRow((int)unit);
                continue;
            }

            int start = (int)(unit % _tilesPerGroup) * RunLength;
            MeasureColumns((int)(unit / _tilesPerGroup), start, Math.Min(RunLength, _shape.Width - start));
        }
    }

    private void MeasureRow(int token)
    {
        if (_weight[token] == 0)
        {
            return;
        }

        Span<double> scratch = WorkerBuffers<double>.OfThread.Get(ScratchSlot.Scores, RunLength);
        double min = double.PositiveInfinity, max = double.NegativeInfinity, sum = 0;
        for (int start = 0; start < _shape.ClassCount; start += RunLength)
        {
            Span<double> run = scratch[..Math.Min(RunLength, _shape.ClassCount - start)];
            _numbers.Load(_shape.Offset(token, start), run);
            min = Math.Min(min, TensorPrimitives.Min<double>(run));
            max = Math.Max(max, TensorPrimitives.Max<double>(run));
            sum += TensorPrimitives.Sum<double>(run);
        }

        (Min[token], Max[token], Sum[token]) = (min, max, sum);
    }

    private void MeasureColumns(int group, int start, int count)
    {
        int firstToken = (group * _shape.Width) + start;
        if (!_weight.AsSpan(firstToken, count).ContainsAnyExcept(0.0))
        {
            return;
        }

        Span<double> run = WorkerBuffers<double>.OfThread.Get(ScratchSlot.Scores, RunLength)[..count];
        Span<double> min = Min.AsSpan(firstToken, count), max = Max.AsSpan(firstToken, count), sum = Sum.AsSpan(firstToken, count);
        min.Fill(double.PositiveInfinity);
        max.Fill(double.NegativeInfinity);
        for (int index = 0; index < _shape.ClassCount; index++)
        {
            _numbers.Load(_shape.Offset(group, index) + start, run);
            TensorPrimitives.Min<double>(run, min, min);
            TensorPrimitives.Max<double>(run, max, max);
            TensorPrimitives.Add<double>(run, sum, sum);
        }
    }
}
