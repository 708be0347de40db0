using System;
using System.Linq;
using System.Threading;
using SeqLoss.Kernels.Work;
using Xunit;

namespace SeqLoss.Kernels.Tests;

/// <summary>The one place that uses threads.</summary>
public sealed class WorkPoolTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 1)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 7)]
    [InlineData(1000, 100_000)]
    public void EveryChunk_RunsOnce(int chunks, int threads)
    {
        for (int repeat = 0; repeat < 50; repeat++)
        {
            CountingWork work = new(chunks);
            WorkPool.Run(work, threads);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ExceptionOfAChunk_ReachesTheCallerAndThePoolGoesOn(int threads)
    {
        for (int repeat = 0; repeat < 20; repeat++)
        {
            int failing = repeat * 5;
            CountingWork work = new(100) { OnChunk = chunk => Fail(chunk == failing) };
            Assert.Equal("planned", Assert.Throws<InvalidOperationException>(() => WorkPool.Run(work, threads)).Message);
            CountingWork next = new(100);
            WorkPool.Run(next, threads);
            Assert.All(next.Runs, runs => Assert.Equal(1, runs));
        }
    }

    /// <summary>Threads that waited long enough to sleep, the caller for its helpers and the helpers for work, go on.</summary>
    [Fact]
    public void SleepingThreads_AreWoken()
    {
        using ManualResetEventSlim never = new(false);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            CountingWork work = new(4) { OnChunk = chunk => never.Wait(TimeSpan.FromMilliseconds(chunk)) };
            WorkPool.Run(work, 4);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
            never.Wait(TimeSpan.FromMilliseconds(2));
        }
    }

    /// <summary>A thread that is held up by a chunk leaves the rest of its share to the others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void ShareOfAThreadThatIsHeldUp_IsTakenByTheOther(int slowest)
    {
        using CountdownEvent others = new(99);
        CountingWork work = new(100)
        {
            OnChunk = chunk =>
            {
                if (chunk == slowest)
                {
                    Fail(!others.Wait(TimeSpan.FromSeconds(30)));
                }
                else
                {
                    others.Signal();
                }
            },
        };
        WorkPool.Run(work, 2);
        Assert.All(work.Runs, runs => Assert.Equal(1, runs));
    }

    [Fact]
    public void CallersAtOnce_AllFinish()
    {
        CountingWork[] works = [.. Enumerable.Range(0, 8).Select(_ => new CountingWork(500))];
        Thread[] callers = [.. works.Select(work => new Thread(() => WorkPool.Run(work, 4)))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.All(works, work => Assert.All(work.Runs, runs => Assert.Equal(1, runs)));
    }

    [Fact]
    public void WorkInsideAChunk_RunsOnceToo()
    {
        CountingWork[] inner = [.. Enumerable.Range(0, 60).Select(_ => new CountingWork(40))];
        CountingWork outer = new(60) { OnChunk = chunk => WorkPool.Run(inner[chunk], 4) };
        WorkPool.Run(outer, 4);
        Assert.All(outer.Runs, runs => Assert.Equal(1, runs));
        Assert.All(inner, work => Assert.All(work.Runs, runs => Assert.Equal(1, runs)));
    }

    /// <summary>Helpers may still write to the caller's memory: it stays until they are done, and is interrupted after.</summary>
    [Fact]
    public void InterruptedCaller_WaitsForTheHelpers()
    {
        CountingWork work = new(8) { OnChunk = _ => Thread.SpinWait(1_000_000) };
        bool allRan = false, wasInterrupted = false;
        Thread caller = new(() =>
        {
            WorkPool.Run(work, 4);
            allRan = Array.TrueForAll(work.Runs, runs => runs == 1);
            try
            {
                using ManualResetEventSlim never = new(false);
                never.Wait(TimeSpan.FromSeconds(30));
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        });
        caller.Start();
        caller.Interrupt();
        caller.Join();
        Assert.True(allRan);
        Assert.True(wasInterrupted);
    }

    private static void Fail(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("planned");
        }
    }

    private sealed class CountingWork(int chunks) : IWork
    {
        public int ChunkCount => chunks;

        public int[] Runs { get; } = new int[chunks];

        public Action<int>? OnChunk { get; init; }

        public void Run(int chunk)
        {
            Interlocked.Increment(ref Runs[chunk]);
            OnChunk?.Invoke(chunk);
        }
    }
}
