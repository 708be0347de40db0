using System;

namespace SeqLoss.Cli;

/// <summary>The command line is wrong; the message is the complete sentence for the user: the option and the cure.</summary>
internal sealed class UsageException : Exception
{
    internal UsageException(string message)
        : base(message)
    {
    }
}
