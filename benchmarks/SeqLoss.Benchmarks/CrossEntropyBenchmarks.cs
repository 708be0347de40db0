using System;
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace SeqLoss.Benchmarks;

/// <summary>Cross-entropy of logits and ids, rows; the baseline scales the buffer in place on one thread.</summary>
[MemoryDiagnoser]
public class CrossEntropyBenchmarks
{
    private float[] _logits = [];
    private int[] _targets = [];
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;

    [Params(32, 1024)]
    public int Rows { get; set; }

    [Params(1000, 32003)]
    public int Classes { get; set; }

    [Params(0, 0.1)]
    public double LabelSmoothing { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(20);
        _logits = new float[Rows * Classes];
        _targets = new int[Rows];
        for (int i = 0; i < _logits.Length; i++)
        {
            _logits[i] = (random.NextSingle() * 8) - 4;
        }

        for (int i = 0; i < _targets.Length; i++)
        {
            _targets[i] = random.Next(Classes);
        }

        _options = new CrossEntropyOptions { Layout = ScoreLayout.Nv, LabelSmoothing = LabelSmoothing, Threads = 1 };
    }

    [Benchmark(Baseline = true)]
    public void ScaleInPlace() => TensorPrimitives.Multiply(_logits, 1f, _logits);

    [Benchmark]
    public double Loss() => CrossEntropy.FromLogits(Logits, Targets, options: _options).Sum;

    [Benchmark]
    public double LossAndGradient()
        => CrossEntropy.FromLogits(Logits, Targets, options: _options, gradient: new TensorSpan<float>(_logits, [Rows, Classes])).Sum;

    private ReadOnlyTensorSpan<float> Logits => new(_logits, [Rows, Classes]);

    private ReadOnlyTensorSpan<int> Targets => new(_targets, [Rows]);
}
