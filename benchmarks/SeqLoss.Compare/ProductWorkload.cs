using System;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Threading;
using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Compare;

/// <summary>One product's operands, and the ways to compute it that are measured.</summary>
internal sealed unsafe class ProductWorkload : IDisposable
{
    private const int WarmUps = 60;
    private const long PeakSteps = 10_000_000;
    private const int PeakChains = 10;

    private readonly MatrixProduct _managed = new(ProductLibrary.Managed);
    private readonly MatrixProduct _native = new(ProductLibrary.OneDnn);
    private readonly MatrixPacking _packing = new();
    private void* _memory;
    private ProductTask _singles;
    private ProductTask _packed;
    private ProductTask _halves;
    private int _threads = 1;

    /// <summary>Makes operands of a product [rows, depth]·[depth, columns].</summary>
    public void Prepare(int rows, int depth, int columns, int threads)
    {
        Dispose();
        _threads = threads;
        long left = (long)rows * depth, right = (long)depth * columns, result = (long)rows * columns;
        long packed = RightMatrix.PackedLength(depth, columns);
        long floats = left + right + result + packed + ((left + right) / 2) + 64;
        _memory = NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), 64);
        float* a = (float*)_memory, b = a + left, c = b + right, p = c + result;
        ushort* halves = (ushort*)(p + packed);
        Random random = new(20);
        for (long i = 0; i < left + right; i++)
        {
            a[i] = random.NextSingle() - 0.5f;
            halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(a[i]) >> 16);
        }

        Matrix b32 = new(new NumberBuffer(b, ElementType.Float32), columns);
        _singles = new ProductTask
        {
            Rows = rows,
            Columns = columns,
            Depth = depth,
            Left = new Matrix(new NumberBuffer(a, ElementType.Float32), depth),
            Right = b32,
            Result = new NumberBuffer(c, ElementType.Float32),
            ResultStride = columns,
        };
        _packed = _singles with { Right = _packing.Pack(b32, depth, columns, new NumberBuffer(p, ElementType.Float32), threads) };
        _halves = _singles with
        {
            Left = new Matrix(new NumberBuffer(halves, ElementType.BFloat16), depth),
            Right = new Matrix(new NumberBuffer(halves + left, ElementType.BFloat16), columns),
        };

        // The code is compiled before it is measured.
        for (int i = 0; i < WarmUps && (long)rows * depth * columns < 1 << 28; i++)
        {
            Milliseconds("managed", 1);
            Milliseconds("packed", 1);
        }
    }

    /// <summary>The mean of some products one after another; NaN where this machine cannot compute them so.</summary>
    public double Milliseconds(string way, int count)
    {
        bool hasOneDnn = OneDnn.Instance is not null;
        (MatrixProduct product, ProductTask task, bool isThere) = way switch
        {
            "managed" => (_managed, _singles, true),
            "packed" => (_managed, _packed, true),
            "onednn" => (_native, _singles, hasOneDnn),
            "onednn-bf16" => (_native, _halves, hasOneDnn && OneDnn.Instance!.MultipliesBFloat16),
            _ => throw new ArgumentException(way),
        };
        if (!isThere)
        {
            return double.NaN;
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            product.Run(task, _threads);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
    }

    /// <summary>Multiply-adds on registers alone, on all threads at the same time: the GFLOP/s that no product can exceed.</summary>
    public double Peak()
    {
        using Barrier start = new(_threads);
        double[] speeds = new double[_threads];
        Thread[] helpers = new Thread[_threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            int thread = i + 1;
            helpers[i] = new Thread(() => Measure(thread));
            helpers[i].Start();
        }

        Measure(0);
        Array.ForEach(helpers, helper => helper.Join());
        return speeds.Sum();

        void Measure(int thread)
        {
            start.SignalAndWait();
            long begin = Stopwatch.GetTimestamp();
            MultiplyAdds(Vector512<float>.One);
            speeds[thread] = 2e-9 * Vector512<float>.Count * PeakChains * PeakSteps / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector512<float> MultiplyAdds(Vector512<float> x)
    {
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (long step = 0; step < PeakSteps; step++)
        {
            a = Vector512.MultiplyAddEstimate(a, x, x);
            b = Vector512.MultiplyAddEstimate(b, x, x);
            c = Vector512.MultiplyAddEstimate(c, x, x);
            d = Vector512.MultiplyAddEstimate(d, x, x);
            e = Vector512.MultiplyAddEstimate(e, x, x);
            f = Vector512.MultiplyAddEstimate(f, x, x);
            g = Vector512.MultiplyAddEstimate(g, x, x);
            h = Vector512.MultiplyAddEstimate(h, x, x);
            i = Vector512.MultiplyAddEstimate(i, x, x);
            j = Vector512.MultiplyAddEstimate(j, x, x);
        }

        return a + b + c + d + e + f + g + h + i + j;
    }
}
