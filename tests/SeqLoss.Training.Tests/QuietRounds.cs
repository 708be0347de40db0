using System.Collections.Generic;

namespace SeqLoss.Training.Tests;

/// <summary>Whether something that is repeated allocates: each time, or never.</summary>
/// <remarks>Compilation in the background and threads that warm up allocate too: one quiet round is asked for, not all of them.</remarks>
internal static class QuietRounds
{
    /// <summary>What each round allocated.</summary>
    /// <param name="allocated">The bytes allocated so far, after each repetition.</param>
    /// <param name="first">The first repetition that counts.</param>
    /// <param name="length">The repetitions of a round.</param>
    public static IEnumerable<long> Of(long[] allocated, int first, int length)
    {
        for (int i = first; i + length < allocated.Length; i += length)
        {
            yield return allocated[i + length] - allocated[i];
        }
    }
}
