using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace SeqLoss.Kernels.Work;

/// <summary>Runs the chunks of a piece of work on the calling thread and on threads that stay ready.</summary>
/// <remarks>
/// <c>Parallel.For</c> allocates on each call. Here the threads are started once and wait between pieces; a call allocates
/// nothing. One piece runs at a time: a caller that finds the pool busy does its work alone, which changes no result.
/// </remarks>
internal static class WorkPool
{
    private const int MostThreads = 256;

    private static readonly Rendezvous AllDone = new();
    private static readonly Rendezvous?[] Wake = new Rendezvous?[MostThreads];

    // Taken by exchange, not by a lock: a lock would let work that is started inside a chunk in again.
    private static int _isBusy;
    private static int _started;
    private static IWork? _work;
    private static int _next;
    private static int _running;
    private static Exception? _failure;

    /// <summary>Runs every chunk and returns when all are done.</summary>
    /// <param name="work">The work; its chunks may run in any order.</param>
    /// <param name="threadCount">The most threads to use, this one included; at least 1.</param>
    /// <exception cref="Exception">What a chunk threw; the other chunks may or may not have run.</exception>
    public static void Run(IWork work, int threadCount)
    {
        int chunks = work.ChunkCount;
        int helpers = Math.Min(Math.Min(threadCount, MostThreads), chunks) - 1;
        if (helpers <= 0 || Interlocked.CompareExchange(ref _isBusy, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                work.Run(chunk);
            }

            return;
        }

        try
        {
            RunTogether(work, helpers);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private static void RunTogether(IWork work, int helpers)
    {
        for (; _started < helpers; _started++)
        {
            Rendezvous wake = new();
            Wake[_started] = wake;
            new Thread(() => Help(wake)) { IsBackground = true, Name = "SeqLoss worker" }.UnsafeStart();
        }

        _work = work;
        _next = -1;
        _failure = null;
        _running = helpers;
        for (int i = 0; i < helpers; i++)
        {
            Wake[i]!.Signal();
        }

        Drain(work);

        // Helpers write to memory that the caller holds in place: it may not leave before them.
        AllDone.Wait();
        _work = null;
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void Help(Rendezvous wake)
    {
        while (true)
        {
            wake.Wait();
            Drain(Volatile.Read(ref _work)!);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                AllDone.Signal();
            }
        }
    }

    private static void Drain(IWork work)
    {
        try
        {
            int chunks = work.ChunkCount;
            for (int chunk = Interlocked.Increment(ref _next); chunk < chunks; chunk = Interlocked.Increment(ref _next))
            {
                work.Run(chunk);
            }
        }
#pragma warning disable CA1031 // Whatever a chunk throws must reach the caller's thread, not end the process on a worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }
}
