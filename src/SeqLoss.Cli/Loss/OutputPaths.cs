using System;
using System.Collections.Generic;
using System.IO;

namespace SeqLoss.Cli.Loss;

/// <summary>Sees to it that no output replaces an input or another output.</summary>
internal static class OutputPaths
{
    private static readonly StringComparer _comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
        ? StringComparer.OrdinalIgnoreCase
        : StringComparer.Ordinal;

    /// <exception cref="UsageException">Two names lead to one file, of which one is an output.</exception>
    internal static void Check(
        IReadOnlyList<(string Option, string? Path)> inputs, IReadOnlyList<(string Option, string? Path)> outputs)
    {
        var taken = new Dictionary<string, string>(_comparer);
        foreach ((string option, string? path) in inputs)
        {
            if (path is not null)
            {
                taken.TryAdd(Resolve(path), option);
            }
        }

        foreach ((string option, string? path) in outputs)
        {
            if (path is not null && !taken.TryAdd(Resolve(path), option))
            {
                throw new UsageException($"{option} {path} is the file of {taken[Resolve(path)]}: name another");
            }
        }
    }

    /// <summary>The absolute path with all links followed, those of its folders too.</summary>
    internal static string Resolve(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return path;
        }

        string full = Path.GetFullPath(path);
        try
        {
            string resolved = Path.GetPathRoot(full) ?? "";
            foreach (string part in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            {
                resolved = Path.Combine(resolved, part);
                FileSystemInfo entry = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
                resolved = entry.LinkTarget is null ? resolved : Resolve(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            }

            return resolved;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // What cannot be looked at is told when it is opened.
            return full;
        }
    }
}
