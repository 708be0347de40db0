using System;
using System.IO;

namespace SeqLoss.Cli.Tests;

/// <summary>Where the sources of this build are.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "SeqLoss.slnx")) ? folder
        : Path.GetDirectoryName(folder) is { } parent ? Find(parent)
        : throw new InvalidOperationException("No folder above the tests holds SeqLoss.slnx.");
}
