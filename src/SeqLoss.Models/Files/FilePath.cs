using System;
using System.IO;

namespace SeqLoss.Models.Files;

/// <summary>Looks at what a path names before it is opened: opening a pipe waits for its other end, perhaps for ever.</summary>
internal static class FilePath
{
    /// <summary>Checks that a path names a file that has content.</summary>
    /// <remarks>
    /// Throws what <paramref name="kind"/> makes where the path is invalid, or names a folder, nothing, a pipe, a device or an
    /// empty file.
    /// </remarks>
    internal static void CheckReadable(string path, FileKind kind)
    {
        CheckValid(path, kind);
        if (Directory.Exists(path))
        {
            throw kind.Error($"{path}: this is a folder; name {kind.Noun} in it", null);
        }

        FileInfo file = FollowLinks(path);
        if (!file.Exists)
        {
            throw file.FullName == Path.GetFullPath(path)
                ? kind.Error($"{path}: there is no such file; check the path", null)
                : kind.Error($"{path}: this is a link to '{file.FullName}', which is no file; name {kind.Noun}", null);
        }

        // Pipes, sockets and devices have no size. The platform does not tell them from empty files without opening them.
        if (file.Length == 0)
        {
            throw kind.Error($"{path}: the file is empty, or a pipe or device; {kind.CureOfEmpty}", null);
        }
    }

    /// <summary>Finds the file to replace when a path is written: the end of its links.</summary>
    /// <remarks>Throws what <paramref name="kind"/> makes where the path is invalid or names a folder or a device.</remarks>
    internal static string ResolveDestination(string path, FileKind kind)
    {
        CheckValid(path, kind);
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
        {
            throw kind.Error($"{path}: this is a folder; name a file in it", null);
        }

        // A device must not be replaced by a file, and the superuser may do that. Nothing but the folder gives it away.
        string destination = FollowLinks(path).FullName;
        bool IsUnder(string folder) => destination.StartsWith(folder, StringComparison.Ordinal);
        return (IsUnder("/dev/") && !IsUnder("/dev/shm/")) || IsUnder("/proc/")
            ? throw kind.Error($"{path}: this is a device, not a file; name a file in a folder", null)
            : destination;
    }

    private static FileInfo FollowLinks(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
    }

    private static void CheckValid(string path, FileKind kind)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw kind.Error(
                $"'{path.Replace("\0", "\\0", StringComparison.Ordinal)}': this is no path; name {kind.Noun}", null);
        }
    }
}
