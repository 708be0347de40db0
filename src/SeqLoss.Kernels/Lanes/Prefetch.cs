using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SeqLoss.Kernels.Lanes;

/// <summary>Asks for memory before it is read. An address outside any memory does no harm.</summary>
internal static class Prefetch
{
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
}
