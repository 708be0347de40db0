using System;
using System.Diagnostics;
using System.Threading;

namespace SeqLoss.Kernels.Work;

/// <summary>One thread waits here for one signal of another: awake for a moment, then asleep.</summary>
/// <remarks>
/// Waking a sleeping thread takes tens of microseconds, as long as a small product. Signals between the pieces of one training step
/// come sooner than that, so a waiter watches for a moment before it sleeps.
/// </remarks>
#pragma warning disable CA1001 // Threads of the pool, and their events with them, live as long as the process.
internal sealed class Rendezvous
#pragma warning restore CA1001
{
    private const int Nothing = 0;
    private const int Signalled = 1;
    private const int Asleep = 2;

    private const int PausesBetweenLooks = 20;

    private static readonly long WatchTicks = Environment.ProcessorCount == 1 ? 0 : Stopwatch.Frequency / 10_000;

    // A kernel event: a SemaphoreSlim would allocate when threads happen to meet in it.
    private readonly AutoResetEvent _wake = new(false);
    private int _state;

    /// <summary>Lets the waiter go on, now or when it comes.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, Signalled) == Asleep)
        {
            _wake.Set();
        }
    }

    /// <summary>Waits for the signal and takes it, interrupted or not; an interrupt is passed on afterwards.</summary>
    public void Wait()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _state) != Signalled && Stopwatch.GetTimestamp() - start < WatchTicks)
        {
            Thread.SpinWait(PausesBetweenLooks);
        }

        if (Interlocked.CompareExchange(ref _state, Asleep, Nothing) == Nothing)
        {
            Sleep();
        }

        Volatile.Write(ref _state, Nothing);
    }

    private void Sleep()
    {
        bool wasInterrupted = false;
        while (true)
        {
            try
            {
                _wake.WaitOne();
                break;
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }

        if (wasInterrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
