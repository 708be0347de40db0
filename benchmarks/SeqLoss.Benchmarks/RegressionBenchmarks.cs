using System;
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace SeqLoss.Benchmarks;

/// <summary>Squared error of continuous sequences; the baseline is the plain mean over the same elements.</summary>
[MemoryDiagnoser]
public class RegressionBenchmarks
{
    private readonly float[] _predictions = new float[64 * 500 * 80];
    private readonly float[] _targets = new float[64 * 500 * 80];
    private readonly float[] _gradient = new float[64 * 500 * 80];
    private readonly RegressionOptions _options = new() { Threads = 1 };

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(20);
        for (int i = 0; i < _predictions.Length; i++)
        {
            _predictions[i] = random.NextSingle();
            _targets[i] = random.NextSingle();
        }
    }

    [Benchmark(Baseline = true)]
    public float MeanOfSquaredDifferences()
    {
        TensorPrimitives.Subtract(_predictions, _targets, _gradient);
        return TensorPrimitives.SumOfSquares<float>(_gradient) / _gradient.Length;
    }

    [Benchmark]
    public double SquaredErrorAndGradient()
        => Regression.SquaredError(
            new ReadOnlyTensorSpan<float>(_predictions, [64, 500, 80]),
            new ReadOnlyTensorSpan<float>(_targets, [64, 500, 80]),
            options: _options,
            gradient: new TensorSpan<float>(_gradient, [64, 500, 80])).Mean;
}
