using System.Runtime.InteropServices;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The number of threads that GNU's OpenMP, which Debian's oneDNN uses, would start from the calling thread.</summary>
/// <remarks>The setting is the calling thread's own: what else uses OpenMP on it has to find it as it was.</remarks>
internal sealed unsafe class OpenMpThreads
{
    // Null where there is no such OpenMP; a library that uses another one is not limited.
    private readonly delegate* unmanaged[Cdecl]<int> _get;
    private readonly delegate* unmanaged[Cdecl]<int, void> _set;

    public OpenMpThreads()
    {
        if (NativeLibrary.TryLoad("libgomp.so.1", out nint openMp)
            && NativeLibrary.TryGetExport(openMp, "omp_get_max_threads", out nint get)
            && NativeLibrary.TryGetExport(openMp, "omp_set_num_threads", out nint set))
        {
            _get = (delegate* unmanaged[Cdecl]<int>)get;
            _set = (delegate* unmanaged[Cdecl]<int, void>)set;
        }
    }

    /// <summary>Makes it one thread and says how many it was.</summary>
    public int LimitToOne()
    {
        int threads = _get == null ? 1 : _get();
        if (threads > 1)
        {
            _set(1);
        }

        return threads;
    }

    /// <summary>Makes it what <see cref="LimitToOne"/> said.</summary>
    public void Restore(int threads)
    {
        if (threads > 1)
        {
            _set(threads);
        }
    }
}
