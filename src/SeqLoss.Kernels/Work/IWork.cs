namespace SeqLoss.Kernels.Work;

/// <summary>Work cut into chunks that do not depend on each other.</summary>
/// <remarks>
/// A chunk writes only what is its own, and the cut depends on the shape alone, or, where no bit depends on the cut, on the threads too: so
/// results have the same bits for any number of threads.
/// </remarks>
internal interface IWork
{
    /// <summary>The number of chunks.</summary>
    int ChunkCount { get; }

    /// <summary>Does one chunk; called once for each, on any thread, in any order.</summary>
    void Run(int chunk);
}
