using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace SeqLoss.Cli.Terminals;

/// <summary>
/// Turns Ctrl-C and the other wishes to end the program into a cancelled token, so that nothing half-written remains.
/// </summary>
/// <remarks>
/// A second signal ends the program at once, by the default of the system: whoever asks twice does not want to wait.
/// </remarks>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] _signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    internal Interruption() => registrations = Array.ConvertAll(_signals, signal => PosixSignalRegistration.Create(signal, Cancel));

    internal CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
