using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace SeqLoss.Kernels.Work;

/// <summary>Runs the chunks of a piece of work on the calling thread and on threads that stay ready.</summary>
/// <remarks>
/// <para>
/// <c>Parallel.For</c> allocates on each call. Here the threads are started once and wait between pieces; a call allocates
/// nothing. One piece runs at a time: a caller that finds the pool busy does its work alone, which changes no result.
/// </para>
/// <para>
/// Each thread has a share of neighbouring chunks, which mostly read neighbouring memory, and takes them in order; who is done goes on
/// with the shares of the others.
/// </para>
/// </remarks>
internal static class WorkPool
{
    /// <summary>The most threads that share a piece of work.</summary>
    public const int MostThreads = 256;

    private const int Distance = 32;

    private static readonly Rendezvous AllDone = new();
    private static readonly Rendezvous?[] Wake = new Rendezvous?[MostThreads];

    // The chunk of each share that was taken last, two cache lines apart, since processors fetch pairs of them.
    private static readonly int[] Taken = new int[MostThreads * Distance];

    // Taken by exchange, not by a lock: a lock would let work that is started inside a chunk in again.
    private static int _isBusy;
    private static int _started;
    private static IWork? _work;
    private static int _shares;
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
            int share = _started + 1;
            new Thread(() => Help(wake, share)) { IsBackground = true, Name = "SeqLoss worker" }.UnsafeStart();
        }

        _work = work;
        _failure = null;
        _running = helpers;
        _shares = helpers + 1;
        for (int share = 0; share < _shares; share++)
        {
            Taken[share * Distance] = FirstOf(share, work.ChunkCount) - 1;
        }

        for (int i = 0; i < helpers; i++)
        {
            Wake[i]!.Signal();
        }

        Drain(work, share: 0);

        // Helpers write to memory that the caller holds in place: it may not leave before them.
        AllDone.Wait();
        _work = null;
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void Help(Rendezvous wake, int share)
    {
        while (true)
        {
            wake.Wait();
            Drain(Volatile.Read(ref _work)!, share);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                AllDone.Signal();
            }
        }
    }

    /// <summary>Runs the chunks of a share, then what is left of the others.</summary>
    private static void Drain(IWork work, int share)
    {
        try
        {
            int chunks = work.ChunkCount;
            for (int turn = 0; turn < _shares; turn++, share = (share + 1) % _shares)
            {
                ref int taken = ref Taken[share * Distance];
                int end = FirstOf(share + 1, chunks);
                for (int chunk = Interlocked.Increment(ref taken); chunk < end; chunk = Interlocked.Increment(ref taken))
                {
                    work.Run(chunk);
                }
            }
        }
#pragma warning disable CA1031 // Whatever a chunk throws must reach the caller's thread, not end the process on a worker.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }

    private static int FirstOf(int share, int chunks) => (int)((long)chunks * share / _shares);
}
