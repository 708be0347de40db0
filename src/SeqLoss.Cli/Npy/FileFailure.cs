using System;
using System.IO;

namespace SeqLoss.Cli.Npy;

/// <summary>Turns what the operating system refuses into sentences.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is the operating system's refusal, and not a mistake in this program.</summary>
    internal static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    internal static BadFileException OnRead(string path, Exception refusal) => refusal switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            new BadFileException($"{path}: there is no such file; check the path", refusal),
        UnauthorizedAccessException =>
            new BadFileException($"{path}: no permission to read the file; change its permissions or run as its owner", refusal),
        _ => new BadFileException($"{path}: the file cannot be read ({Reason(refusal)}); copy it to a local disk and try again", refusal),
    };

    internal static BadFileException OnWrite(string path, Exception refusal) => refusal switch
    {
        DirectoryNotFoundException =>
            new BadFileException($"{path}: the folder of the file does not exist; create it or name another", refusal),
        UnauthorizedAccessException =>
            new BadFileException($"{path}: no permission to write in the folder of the file; name another folder", refusal),
        _ => new BadFileException($"{path}: the file cannot be written ({Reason(refusal)}); free space or name another folder", refusal),
    };

    // The runtime's messages end in a full stop, which has no place inside a sentence.
    private static string Reason(Exception refusal) => refusal.Message.TrimEnd('.', ' ');
}
