using System;
using System.Collections.Generic;

namespace SeqLoss.Cli.Loss;

/// <summary>Gives files that are whole their names, one right after the other.</summary>
/// <remarks>If a later one cannot be renamed, those renamed before it stay: what they replaced is gone already.</remarks>
internal static class OutputNames
{
    /// <exception cref="BadFileException">A file cannot be replaced; the sentence names those replaced before.</exception>
    internal static void Give(params ReadOnlySpan<(string? Path, Action? Complete)> files)
    {
        var replaced = new List<string>();
        foreach ((string? path, Action? complete) in files)
        {
            if (path is null || complete is null)
            {
                continue;
            }

            try
            {
                complete();
                replaced.Add(path);
            }
            catch (BadFileException refusal) when (replaced.Count > 0)
            {
                throw new BadFileException($"{refusal.Message}; already written: {string.Join(", ", replaced)}", refusal);
            }
        }
    }
}
