using System;

namespace SeqLoss.Kernels.Work;

/// <summary>A thread's own scratch arrays, kept for its next chunk.</summary>
/// <remarks>They grow to the longest row seen and stay: no allocation after warm-up.</remarks>
internal sealed class WorkerBuffers<T>
{
    [ThreadStatic]
    private static WorkerBuffers<T>? _ofThread;

    private readonly T[]?[] _arrays = new T[]?[SlotCount];

    private const int SlotCount = 18;

    /// <summary>The buffers of the calling thread.</summary>
    public static WorkerBuffers<T> OfThread => _ofThread ??= new WorkerBuffers<T>();

    /// <summary>Scratch number <paramref name="slot"/>, its contents unspecified.</summary>
    public Span<T> Get(int slot, int length)
    {
        T[]? array = _arrays[slot];
        if (array is null || array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(length);
            _arrays[slot] = array;
        }

        return array.AsSpan(0, length);
    }
}
