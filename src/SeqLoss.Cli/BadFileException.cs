using System;

namespace SeqLoss.Cli;

/// <summary>A file cannot be used; the message is the complete sentence for the user: the file, the place and the cure.</summary>
/// <remarks>The tool prints the message as it stands and exits with status 3.</remarks>
internal sealed class BadFileException : Exception
{
    internal BadFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
