using System;
using System.Collections.Generic;
using System.IO;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Loss;

/// <summary>The files that a loss writes: all of them appear under their names, or none.</summary>
internal sealed class LossOutputFiles : IDisposable
{
    private readonly NpyWriter<double>? reduced;
    private readonly NpyWriter<double>? perToken;
    private readonly List<string> completed = [];
    private readonly LossRequest request;
    private bool areComplete;

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

    /// <summary>Writes what is left to write and gives the files their names.</summary>
    internal void Complete(LossResult result)
    {
        reduced?.Append(result.Reduced);
        perToken?.Append(result.TokenLosses);
        Complete(request.Output, reduced is null ? null : reduced.Complete);
        Complete(request.PerToken, perToken is null ? null : perToken.Complete);
        Complete(request.Gradient, Gradient is null ? null : Gradient.Complete);
        areComplete = true;
    }

    /// <summary>Deletes what is not complete, and with it what is.</summary>
    public void Dispose()
    {
        reduced?.Dispose();
        perToken?.Dispose();
        Gradient?.Dispose();
        if (areComplete)
        {
            return;
        }

        foreach (string path in completed)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
            {
                // The failure that brought us here is the one to report.
            }
        }
    }

    private void Complete(string? path, Action? complete)
    {
        if (path is not null && complete is not null)
        {
            complete();
            completed.Add(path);
        }
    }
}
