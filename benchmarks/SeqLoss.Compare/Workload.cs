using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Threading;

namespace SeqLoss.Compare;

/// <summary>One shape's buffers, and what is measured on them.</summary>
internal sealed unsafe class Workload : IDisposable
{
    private const int RunLength = 1 << 15;

    private readonly double[] _sums = new double[256];
    private float* _logits;
    private nint _length;
    private nint[] _shape = [];
    private nint[] _targetShape = [];
    private int[] _targets = [];
    private CrossEntropyOptions _options = CrossEntropyOptions.Default;
    private int _threads = 1;
    private long _next;

    /// <summary>Makes buffers of <c>[outer, classes]</c> rows (<c>nv</c>) or of <c>[outer, classes, inner]</c> (<c>bvt</c>).</summary>
    public void Prepare(ScoreLayout layout, int outer, int classes, int inner, double labelSmoothing, int threads)
    {
        NativeMemory.AlignedFree(_logits);
        _length = (nint)outer * classes * inner;
        _logits = (float*)NativeMemory.AlignedAlloc((nuint)_length * sizeof(float), 64);
        Random random = new(20);
        for (nint i = 0; i < _length; i++)
        {
            _logits[i] = (random.NextSingle() * 8) - 4;
        }

        bool isRows = layout == ScoreLayout.Nv;
        _shape = isRows ? [outer, classes] : [outer, classes, inner];
        _targetShape = isRows ? [outer] : [outer, inner];
        _targets = new int[outer * inner];
        for (int i = 0; i < _targets.Length; i++)
        {
            _targets[i] = random.Next(classes);
        }

        _threads = threads;
        _options = new CrossEntropyOptions { Layout = layout, LabelSmoothing = labelSmoothing, Threads = threads };

        // The code is compiled before it is measured: a small call of the same kind.
        WarmUp();
    }

    public void Loss() => CrossEntropy.FromLogits(Logits, Targets, options: _options);

    /// <summary>Loss and gradient in place: the logits become their gradient, the next call's logits.</summary>
    public void Gradient() => CrossEntropy.FromLogits(
        Logits, Targets, options: _options, gradient: new TensorSpan<float>(_logits, _length, _shape));

    /// <summary>The floor of loss and gradient: every element is read and written once.</summary>
    public void ScaleInPlace() => OnThreads(static (workload, start, length, _) =>
    {
        Span<float> run = new(workload._logits + start, length);
        TensorPrimitives.Multiply(run, 1f, run);
    });

    /// <summary>The floor of the loss alone: every element is read once.</summary>
    public void ReadOnce() => OnThreads(static (workload, start, length, thread) =>
        workload._sums[thread * 16] += TensorPrimitives.Sum(new ReadOnlySpan<float>(workload._logits + start, length)));

    public void Dispose() => NativeMemory.AlignedFree(_logits);

    private ReadOnlyTensorSpan<float> Logits => new(_logits, _length, _shape);

    private ReadOnlyTensorSpan<int> Targets => new((ReadOnlySpan<int>)_targets, _targetShape);

    private void WarmUp()
    {
        nint[] shape = _shape.Length == 2 ? [64, 2048] : [2, 512, 32];
        nint[] targetShape = _shape.Length == 2 ? [64] : [2, 32];
        float[] logits = new float[shape.Length == 2 ? 64 * 2048 : 2 * 512 * 32];
        int[] targets = new int[64];
        for (int i = 0; i < 100; i++)
        {
            Scores scores = new ReadOnlyTensorSpan<float>(logits, shape);
            CrossEntropy.FromLogits(scores, new ReadOnlyTensorSpan<int>(targets, targetShape), options: _options);
            CrossEntropy.FromLogits(
                scores,
                new ReadOnlyTensorSpan<int>(targets, targetShape),
                options: _options,
                gradient: new TensorSpan<float>(logits, shape));
        }
    }

    private void OnThreads(Action<Workload, nint, int, int> run)
    {
        _next = 0;
        void Drain(int thread)
        {
            for (nint start = Take(); start < _length; start = Take())
            {
                run(this, start, (int)Math.Min(RunLength, _length - start), thread);
            }
        }

        nint Take() => (nint)(Interlocked.Add(ref _next, RunLength) - RunLength);

        Thread[] helpers = new Thread[_threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            int thread = i + 1;
            helpers[i] = new Thread(() => Drain(thread));
            helpers[i].Start();
        }

        Drain(0);
        foreach (Thread helper in helpers)
        {
            helper.Join();
        }
    }
}
