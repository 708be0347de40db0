using System;
using System.IO;

namespace SeqLoss.Tests;

/// <summary>The files of the repository, for tests that read them.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution, above the folder the tests run in.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SeqLoss.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"SeqLoss.slnx is not above {AppContext.BaseDirectory}.");
    }
}
