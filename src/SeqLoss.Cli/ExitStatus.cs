namespace SeqLoss.Cli;

/// <summary>What the tool tells the shell.</summary>
internal static class ExitStatus
{
    internal const int Success = 0;

    /// <summary>A check found an error in what it looked at.</summary>
    internal const int Finding = 1;

    /// <summary>The command line is wrong: an option unknown, missing, out of range or without effect.</summary>
    internal const int WrongUse = 2;

    /// <summary>The input is wrong: a file, shapes that do not fit together, an id, an empty group that must not be.</summary>
    internal const int BadInput = 3;

    /// <summary>Ctrl-C: 128 and the number of the signal, as shells have it.</summary>
    internal const int Interrupted = 130;
}
