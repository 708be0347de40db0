using System;
using System.Numerics.Tensors;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Npy;
using SeqLoss.Diagnostics;

namespace SeqLoss.Cli.Check;

/// <summary>The files of a check: scores and targets stay mapped, all else is read as it is.</summary>
/// <remarks>Shapes and values are left to the check: most of what may be wrong with them is a finding.</remarks>
internal sealed class CheckFiles : IDisposable
{
    private readonly NpyFile scoreFile;
    private readonly NpyFile targetFile;

    private CheckFiles(NpyFile scoreFile, NpyFile targetFile, LossRequest request)
    {
        (this.scoreFile, this.targetFile) = (scoreFile, targetFile);
        InputCheck.CheckScoreType(scoreFile);
        bool areIds = !targetFile.Shape.SequenceEqual(scoreFile.Shape);
        if (areIds)
        {
            InputCheck.CheckIdType(targetFile);
        }

        LossRules.CheckTargetForm(request, areIds);
        Weights = new RawWeights
        {
            Lengths = ReadVector(request.Lengths, "one for each sequence"),
            Mask = ReadTensor(request.Mask),
            TokenWeights = ReadTensor(request.Weights),
            ExampleWeights = ReadVector(request.ExampleWeights, "one for each sequence"),
            ClassWeights = ReadVector(request.ClassWeights, "one for each class"),
            IgnoreIndex = request.IgnoreIndex,
            IgnoreZeroRows = request.IgnoreZeroRows,
        };
        Scores = NpyTensor.OfNumbers(scoreFile);
        try
        {
            Targets = areIds ? NpyTensor.OfIds(targetFile) : NpyTensor.OfNumbers(targetFile);
        }
        catch
        {
            Scores.Dispose();
            throw;
        }
    }

    internal NpyTensor Scores { get; }

    internal NpyTensor Targets { get; }

    internal RawWeights Weights { get; }

    /// <summary>The shape and type of the scores.</summary>
    internal string DescribeScores() => scoreFile.DescribeShape();

    /// <summary>Opens all files.</summary>
    /// <exception cref="BadFileException">A file cannot be used.</exception>
    /// <exception cref="UsageException">An option does not apply to targets of this form.</exception>
    internal static CheckFiles Open(LossRequest request)
    {
        NpyFile scores = NpyFile.Open(request.Scores);
        NpyFile? targets = null;
        try
        {
            targets = NpyFile.Open(request.Targets);
            return new CheckFiles(scores, targets, request);
        }
        catch
        {
            targets?.Dispose();
            scores.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Targets.Dispose();
        Scores.Dispose();
        targetFile.Dispose();
        scoreFile.Dispose();
    }

    private static double[]? ReadVector(string? path, string meaning)
    {
        if (path is null)
        {
            return null;
        }

        using NpyFile file = NpyFile.Open(path);
        return file.Shape.Length == 1 ? file.ReadAll<double>() : throw new BadFileException(
            $"{path}: {file.DescribeShape()} does not fit, {meaning} needs 1 axis");
    }

    private static Tensor<double>? ReadTensor(string? path)
    {
        if (path is null)
        {
            return null;
        }

        using NpyFile file = NpyFile.Open(path);
        return file.Shape.Length is 1 or 2
            ? Tensor.Create(file.ReadAll<double>(), Array.ConvertAll(file.Shape.ToArray(), size => (nint)size))
            : throw new BadFileException($"{path}: {file.DescribeShape()} does not fit, one value for each position has 1 or 2 axes");
    }
}
