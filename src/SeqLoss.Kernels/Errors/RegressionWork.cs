using System;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Errors;

/// <summary>The axes of predictions: groups of a matrix <c>[D, Width]</c> of features by positions.</summary>
/// <param name="GroupCount">Positions, or with <paramref name="Width"/> &gt; 1 matrices.</param>
/// <param name="FeatureCount">D.</param>
/// <param name="Width">Positions beside each other behind the feature axis; 1 for contiguous features.</param>
internal readonly record struct PredictionShape(int GroupCount, int FeatureCount, int Width);

/// <summary>The errors of a block of continuous predictions: losses into an array, the gradient into its buffer.</summary>
/// <remarks>Everything is computed in double: a pass over memory costs more than the arithmetic does.</remarks>
internal sealed class RegressionWork : IWork
{
    private const int ChunkElements = 1 << 15;
    private const int RunLength = 1024;

    private PredictionShape _shape;
    private ErrorKind _kind;
    private double _delta;
    private double _featureScale;
    private int _firstPosition;
    private int _groupsPerChunk;
    private double[] _weights = [];
    private double[] _coefficients = [];
    private double[] _losses = [];
    private NumberBuffer _predictions;
    private NumberBuffer _targets;
    private NumberBuffer _gradient;

    public int ChunkCount { get; private set; }

    /// <summary>Chooses the formula: the error, and whether features are summed or averaged.</summary>
    public void SetFormula(ErrorKind kind, double delta, double featureScale)
        => (_kind, _delta, _featureScale) = (kind, delta, featureScale);

    /// <summary>Sets up the next block; the arrays hold one value for each position of the whole.</summary>
    public void Prepare(
        PredictionShape shape,
        int firstPosition,
        double[] weights,
        double[] coefficients,
        double[] losses,
        NumberBuffer predictions,
        NumberBuffer targets,
        NumberBuffer gradient)
    {
        (_shape, _firstPosition) = (shape, firstPosition);
        (_weights, _coefficients, _losses) = (weights, coefficients, losses);
        (_predictions, _targets, _gradient) = (predictions, targets, gradient);
        long elements = Math.Max(1, (long)shape.FeatureCount * shape.Width);
        _groupsPerChunk = (int)Math.Max(1, ChunkElements / elements);
        ChunkCount = (int)(((long)shape.GroupCount + _groupsPerChunk - 1) / _groupsPerChunk);
    }

    public void Run(int chunk)
    {
        int first = chunk * _groupsPerChunk;
        int end = (int)Math.Min((long)first + _groupsPerChunk, _shape.GroupCount);
        switch (_kind)
        {
            case ErrorKind.Squared:
                Run<SquaredFormula>(first, end);
                break;
            case ErrorKind.Absolute:
                Run<AbsoluteFormula>(first, end);
                break;
            default:
                Run<HuberFormula>(first, end);
                break;
        }
    }

    private void Run<TFormula>(int firstGroup, int endGroup)
        where TFormula : struct, IErrorFormula
    {
        (int features, int width) = (_shape.FeatureCount, _shape.Width);
        _losses.AsSpan(_firstPosition + (firstGroup * width), (endGroup - firstGroup) * width).Clear();
        Span<double> predictions = stackalloc double[RunLength];
        Span<double> targets = stackalloc double[RunLength];
        long groupLength = (long)features * width;
        long end = endGroup * groupLength;
        for (long start = firstGroup * groupLength; start < end; start += RunLength)
        {
            int length = (int)Math.Min(RunLength, end - start);
            _predictions.Load(start, predictions[..length]);
            _targets.Load(start, targets[..length]);
            for (int i = 0; i < length; i++)
            {
                long element = start + i;
                int position = _firstPosition + (int)(width == 1
                    ? (features == 1 ? element : element / features)
                    : ((element / groupLength) * width) + (element % width));

                // Selected, not multiplied by 0: NaN where nothing counts stays where it is.
                double difference = predictions[i] - targets[i];
                if (_weights[position] != 0)
                {
                    _losses[position] += TFormula.Error(difference, _delta) * _featureScale;
                }

                predictions[i] = _coefficients[position] == 0
                    ? 0
                    : _coefficients[position] * _featureScale * TFormula.Slope(difference, _delta);
            }

            if (!_gradient.IsNull)
            {
                _gradient.Store<double>(start, predictions[..length]);
            }
        }
    }
}
