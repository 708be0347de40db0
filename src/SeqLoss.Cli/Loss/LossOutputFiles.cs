using System;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Loss;

/// <summary>The files that a loss writes. They appear under their names once all of them are whole, one right after the other.</summary>
internal sealed class LossOutputFiles : IDisposable
{
    private readonly NpyWriter<double>? reduced;
    private readonly NpyWriter<double>? perToken;
    private readonly LossRequest request;

    /// <summary>Creates the files under other names, so that what cannot be written shows before the work.</summary>
    internal LossOutputFiles(LossRequest request, LossInputs inputs)
    {
        this.request = request;
        try
        {
            reduced = request.Output is { } output ? new NpyWriter<double>(output, inputs.ReducedShape) : null;
            perToken = request.PerToken is { } tokens ? new NpyWriter<double>(tokens, inputs.PositionShape) : null;
            Gradient = request.Gradient is { } gradient ? new NpyWriter<float>(gradient, inputs.Scores.Shape) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the gradient is appended; <see langword="null"/> if nobody asked.</summary>
    internal NpyWriter<float>? Gradient { get; }

    /// <summary>Writes what is left to write, closes all files and then gives them their names.</summary>
    /// <exception cref="BadFileException">A file cannot be written or replaced; the sentence names those replaced before.</exception>
    internal void Complete(LossResult result)
    {
        reduced?.Append(result.Reduced);
        perToken?.Append(result.TokenLosses);
        reduced?.Close();
        perToken?.Close();
        Gradient?.Close();
        OutputNames.Give(
            (request.Output, reduced is null ? null : reduced.Complete),
            (request.PerToken, perToken is null ? null : perToken.Complete),
            (request.Gradient, Gradient is null ? null : Gradient.Complete));
    }

    /// <summary>Deletes the temporary files that have not got their names.</summary>
    public void Dispose()
    {
        reduced?.Dispose();
        perToken?.Dispose();
        Gradient?.Dispose();
    }
}
