using System;
using System.Collections.Generic;

namespace SeqLoss.Models.Files;

/// <summary>Finds what somebody who mistyped a word meant.</summary>
internal static class Spelling
{
    /// <summary>The word with the fewest letters to insert, delete, replace or swap; <see langword="null"/> if all are far away.</summary>
    /// <remarks>Capitals are no mistake. What was written is never suggested.</remarks>
    internal static string? Nearest(string text, IEnumerable<string> words)
    {
        string? nearest = null;
        int least = int.MaxValue;
        foreach (string word in words)
        {
            if (word == text)
            {
                continue;
            }

            int distance = Distance(text.ToUpperInvariant(), word.ToUpperInvariant());
            // A third of the letters may be wrong; whoever writes the beginning of a word means that word.
            bool isNear = distance <= Math.Max(2, word.Length / 3)
                || (text.Length > 3 && word.StartsWith(text, StringComparison.OrdinalIgnoreCase));
            if (isNear && distance < least)
            {
                (nearest, least) = (word, distance);
            }
        }

        return nearest;
    }

    /// <summary>The optimal string alignment distance.</summary>
    internal static int Distance(string a, string b)
    {
        int[,] distance = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                int best = Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1;
                best = Math.Min(best, distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distance[i, j] = isSwap ? Math.Min(best, distance[i - 2, j - 2] + 1) : best;
            }
        }

        return distance[a.Length, b.Length];
    }
}
