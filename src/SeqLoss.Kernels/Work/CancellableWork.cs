using System;
using System.Threading;

namespace SeqLoss.Kernels.Work;

/// <summary>Work that stops between two chunks when it is cancelled.</summary>
/// <param name="work">The work.</param>
/// <param name="cancellation">Looked at before every chunk.</param>
internal sealed class CancellableWork(IWork work, CancellationToken cancellation) : IWork
{
    public int ChunkCount => work.ChunkCount;

    /// <summary>Runs work on the pool.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; some chunks may have run.</exception>
    public static void Run(IWork work, int threadCount, CancellationToken cancellation)
    {
        WorkPool.Run(new CancellableWork(work, cancellation), threadCount);
        cancellation.ThrowIfCancellationRequested();
    }

    public void Run(int chunk)
    {
        if (!cancellation.IsCancellationRequested)
        {
            work.Run(chunk);
        }
    }
}
