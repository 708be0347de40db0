using System;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Loss;

/// <summary>Checks types and shapes of files against each other.</summary>
internal static class InputCheck
{
    /// <summary>Checks that scores are floating-point numbers.</summary>
    internal static void CheckScoreType(NpyFile scores)
    {
        if (scores.ElementType < NpyElementType.Float16)
        {
            throw new BadFileException(
                $"{scores.Path}: {scores.DescribeShape()} are no scores, those are float32, float64 or float16; "
                + "check that --scores and --targets are not swapped, or save astype('float32')");
        }
    }

    /// <summary>Checks that scores are floating-point numbers with the axes of the layout.</summary>
    internal static void CheckScores(NpyFile scores, LossRequest request)
    {
        CheckScoreType(scores);
        if (scores.Shape.Length != request.Layout.Length)
        {
            throw new BadFileException(
                $"{scores.Path}: {scores.DescribeShape()} has {Axes(scores.Shape.Length)}, --layout {AxisOrder.Describe(request.Layout)} "
                + $"has {request.Layout.Length}; name the layout that the scores have");
        }

        int classAxis = request.Layout.AsSpan().IndexOfAny('v', 'd');
        if (classAxis >= 0 && scores.Shape[classAxis] == 0)
        {
            string name = request.IsRegression ? "features" : "classes";
            throw new BadFileException(
                $"{scores.Path}: {scores.DescribeShape()} has no {name} in --layout {AxisOrder.Describe(request.Layout)}; "
                + "at least 1 is needed");
        }
    }

    /// <summary>Finds whether targets are ids or an array of the scores' shape.</summary>
    internal static bool AreIds(NpyFile targets, NpyFile scores, LossRequest request)
    {
        bool areDense = targets.Shape.SequenceEqual(scores.Shape);
        if (request.IsRegression)
        {
            return areDense ? false : throw new BadFileException(
                $"{targets.Path}: the targets are {targets.DescribeShape()}, "
                + $"but the predictions {scores.Path} are {scores.DescribeShape()}; "
                + "both need the same shape");
        }

        var axes = new AxisOrder(request.Layout, scores.Shape);
        if (!areDense && !targets.Shape.SequenceEqual(axes.TokenShape))
        {
            throw new BadFileException(
                $"{targets.Path}: the targets are {targets.DescribeShape()}, but {scores.Path} of {scores.DescribeShape()} in --layout "
                + $"{request.Layout} needs ids of {AxisOrder.Describe(axes.TokenShape)} "
                + $"or distributions of {AxisOrder.Describe(scores.Shape)}");
        }

        if (!areDense)
        {
            CheckIdType(targets);
        }

        return !areDense;
    }

    /// <summary>Checks that target ids are integers.</summary>
    internal static void CheckIdType(NpyFile targets)
    {
        if (targets.ElementType is not (> NpyElementType.Boolean and < NpyElementType.Float16))
        {
            throw new BadFileException(
                $"{targets.Path}: {targets.DescribeShape()} has the shape of target ids, and those are integers; "
                + "save them as int64: numpy.save(name, array.astype('int64'))");
        }
    }

    /// <summary>Checks that a file has a shape.</summary>
    /// <param name="file">The file.</param>
    /// <param name="needed">The shape.</param>
    /// <param name="needer">What needs it.</param>
    /// <param name="cure">What else may be wrong; may be empty.</param>
    internal static void CheckShape(NpyFile file, ReadOnlySpan<long> needed, string needer, string cure)
    {
        if (!file.Shape.SequenceEqual(needed))
        {
            throw new BadFileException(
                $"{file.Path}: {file.DescribeShape()} does not fit, {needer} needs {AxisOrder.Describe(needed)}{cure}");
        }
    }

    private static string Axes(int count) => count == 1 ? "1 axis" : $"{count} axes";
}
