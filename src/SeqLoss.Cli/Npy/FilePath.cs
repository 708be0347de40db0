using System;
using System.IO;

namespace SeqLoss.Cli.Npy;

/// <summary>Looks at what a path names before it is opened: opening a pipe waits for its other end, perhaps for ever.</summary>
internal static class FilePath
{
    /// <summary>Checks that a path names a file that has content.</summary>
    /// <exception cref="BadFileException">The path is invalid, or names a folder, nothing, a pipe, a device or an empty file.</exception>
    internal static void CheckReadable(string path)
    {
        CheckValid(path);
        if (Directory.Exists(path))
        {
            throw new BadFileException($"{path}: this is a folder; name an .npy file in it");
        }

        FileInfo file = FollowLinks(path);
        if (!file.Exists)
        {
            throw file.FullName == Path.GetFullPath(path)
                ? new BadFileException($"{path}: there is no such file; check the path")
                : new BadFileException($"{path}: this is a link to '{file.FullName}', which is no file; name an .npy file");
        }

        // Pipes, sockets and devices have no size. The platform does not tell them from empty files without opening them.
        if (file.Length == 0)
        {
            throw new BadFileException(
                $"{path}: the file is empty, or a pipe or device; save the array with numpy.save and name that file");
        }
    }

    /// <summary>Finds the file to replace when a path is written: the end of its links.</summary>
    /// <exception cref="BadFileException">The path is invalid, or names a folder or a device.</exception>
    internal static string ResolveDestination(string path)
    {
        CheckValid(path);
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw new BadFileException($"{path}: this is a folder; name a file in it");
        }

        // A device must not be replaced by a file, and the superuser may do that. Nothing but the folder gives it away.
        string destination = FollowLinks(path).FullName;
        bool IsUnder(string folder) => destination.StartsWith(folder, StringComparison.Ordinal);
        return (IsUnder("/dev/") && !IsUnder("/dev/shm/")) || IsUnder("/proc/")
            ? throw new BadFileException($"{path}: this is a device, not a file; name a file in a folder")
            : destination;
    }

    private static FileInfo FollowLinks(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
    }

    private static void CheckValid(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new BadFileException($"'{path.Replace("\0", "\\0", StringComparison.Ordinal)}': this is no path; name an .npy file");
        }
    }
}
