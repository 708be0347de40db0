using System;
using System.Numerics.Tensors;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Frameworks;

/// <summary>The files that a framework's loss writes; they appear under their names once all of them are whole.</summary>
internal sealed class FrameworkOutputFiles : IDisposable
{
    private readonly FrameworkRequest request;
    private readonly NpyWriter<float>? gradient;
    private readonly NpyWriter<float>? logProbs;
    private NpyWriter<double>? output;

    /// <summary>Creates the large files under other names, so that what cannot be written shows before the work.</summary>
    internal FrameworkOutputFiles(FrameworkRequest request, FrameworkCall call)
    {
        this.request = request;
        try
        {
            gradient = request.Gradient is { } path ? new NpyWriter<float>(path, call.ScoreShape) : null;
            logProbs = request.LogProbs is { } second ? new NpyWriter<float>(second, call.ScoreShape) : null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal static long[] ShapeOf(Tensor<double> values) => Array.ConvertAll(values.Lengths.ToArray(), length => (long)length);

    /// <summary>Writes all files and then gives them their names.</summary>
    /// <exception cref="BadFileException">A file cannot be written or replaced; the sentence names those replaced before.</exception>
    internal void Complete(FrameworkCall call, ConventionLoss loss)
    {
        if (request.Output is { } path)
        {
            output = new NpyWriter<double>(path, loss.Values is null ? [] : ShapeOf(loss.Values));
            output.Append(ValuesOf(loss));
            output.Close();
        }

        if (gradient is not null)
        {
            call.WriteGradient(gradient);
            gradient.Close();
        }

        if (logProbs is not null)
        {
            call.WriteLogProbs(logProbs);
            logProbs.Close();
        }

        OutputNames.Give(
            (request.Output, output is null ? null : output.Complete),
            (request.Gradient, gradient is null ? null : gradient.Complete),
            (request.LogProbs, logProbs is null ? null : logProbs.Complete));
    }

    /// <summary>Deletes the temporary files that have not got their names.</summary>
    public void Dispose()
    {
        output?.Dispose();
        gradient?.Dispose();
        logProbs?.Dispose();
    }

    /// <summary>The loss in C order, one number as an array of one.</summary>
    internal static double[] ValuesOf(ConventionLoss loss)
    {
        if (loss.Values is not { } array)
        {
            return [loss.Value];
        }

        double[] values = new double[array.FlattenedLength];
        array.FlattenTo(values);
        return values;
    }
}
