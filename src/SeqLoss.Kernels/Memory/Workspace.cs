using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqLoss.Kernels.Memory;

/// <summary>Memory for numbers that stays where it is and is used again; it grows to the largest size asked for.</summary>
internal sealed unsafe class Workspace : IWorkspace
{
    // On the pinned heap: worker threads and native libraries are handed its address.
    private ulong[] _memory = [];

    /// <summary>The bytes held.</summary>
    public long Bytes => _memory.LongLength * sizeof(ulong);

    /// <summary>Room for numbers, its contents unspecified, at the start of a cache line.</summary>
    public NumberBuffer Get(ElementType type, long count)
    {
        long words = ((count * NumberBuffer.Size(type)) + (2 * NumberBuffer.CacheLine)) / sizeof(ulong);
        if (_memory.LongLength < words)
        {
            // The old memory may go before the new comes.
            _memory = [];
            _memory = GC.AllocateUninitializedArray<ulong>(checked((int)words), pinned: true);
        }

        return new NumberBuffer(Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)), type).FromCacheLine();
    }
}
