using System;
using System.IO;

namespace SeqLoss.Models.Files;

/// <summary>Turns what the operating system refuses into sentences.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is the operating system's refusal, and not a mistake in this program.</summary>
    internal static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    internal static string OnRead(string path, Exception refusal) => refusal switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{path}: there is no such file; check the path",
        UnauthorizedAccessException => $"{path}: no permission to read the file; change its permissions or run as its owner",
        _ => $"{path}: the file cannot be read ({Reason(refusal)}); copy it to a local disk and try again",
    };

    internal static string OnWrite(string path, Exception refusal) => refusal switch
    {
        DirectoryNotFoundException => $"{path}: the folder of the file does not exist; create it or name another",
        UnauthorizedAccessException => $"{path}: no permission to write in the folder of the file; name another folder",
        _ => $"{path}: the file cannot be written ({Reason(refusal)}); free space or name another folder",
    };

    // The runtime's messages end in a full stop, which has no place inside a sentence.
    private static string Reason(Exception refusal) => refusal.Message.TrimEnd('.', ' ');
}
