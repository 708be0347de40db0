using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SeqLoss.Kernels.Lanes;

/// <summary>Asks for memory before it is read. An address outside any memory does no harm.</summary>
internal static class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>Into the first-level cache: for memory that is read next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Near<T>(ref T source, nint offset)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref source, offset)));
        }
    }

    /// <summary>Into the second-level cache: for memory that is read after much else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Far<T>(ref T source, nint offset)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(Unsafe.AsPointer(ref Unsafe.Add(ref source, offset)));
        }
    }

    /// <summary>Every cache line of a run into the second-level cache.</summary>
    public static unsafe void Far<T>(ref T source, nint offset, int length)
        where T : unmanaged
    {
        for (int i = 0; i < length; i += LineBytes / sizeof(T))
        {
            Far(ref source, offset + i);
        }
    }
}
