using System;
using System.Globalization;
using System.Numerics.Tensors;
using SeqLoss.Cli.Loss;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Frameworks;

/// <summary>Reads the arrays of a framework's loss, of any shape: the library says which of them fit.</summary>
internal static class ArrayFiles
{
    /// <summary>Finds whether a framework takes targets for ids.</summary>
    internal static bool AreIds(TargetForm form, NpyFile targets, NpyFile scores) => form switch
    {
        TargetForm.Ids or TargetForm.ConvertedIds => true,
        TargetForm.ByType => targets.ElementType < NpyElementType.Float16,
        TargetForm.ByRank => targets.Shape.Length < scores.Shape.Length,
        _ => false,
    };

    /// <summary>Reads floating-point ids, as a framework converts them.</summary>
    /// <exception cref="BadFileException">One is no whole number.</exception>
    internal static long[] ReadWholeNumbers(NpyFile file)
    {
        double[] numbers = file.ReadAll<double>();
        int broken = Array.FindIndex(numbers, number => number != Math.Floor(number) || Math.Abs(number) > long.MaxValue / 2);
        return broken < 0 ? Array.ConvertAll(numbers, number => (long)number) : throw new BadFileException(string.Create(
            CultureInfo.InvariantCulture,
            $"{file.Path}: element {broken} in C order is {numbers[broken]}, and ids are whole numbers; save them as int64"));
    }

    /// <summary>Reads weights or a mask; lengths become the mask that <c>tf.sequence_mask</c> makes.</summary>
    internal static SampleWeights? Read(FrameworkRequest request, FrameworkFile kind, NpyFile scores)
    {
        if (request.Loss.ArrayOf(kind) is not { } array)
        {
            return null;
        }

        if (request.PathOf(kind) is { } path)
        {
            using NpyFile file = NpyFile.Open(path);
            double[] values = file.ReadAll<double>();
            return file.Shape.IsEmpty
                ? SampleWeights.FromDouble(values[0])
                : SampleWeights.From(new ReadOnlyTensorSpan<double>(values, Array.ConvertAll(file.Shape.ToArray(), size => (nint)size)));
        }

        return request.Lengths is { } lengths && array.TakesLengths ? ReadLengths(lengths, request.Layout, scores)
            : request.Values.TryGetValue(array, out object? value) && value is double number ? SampleWeights.FromDouble(number)
            : null;
    }

    internal static ClassWeights ReadClassWeights(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        if (file.Shape.Length != 1)
        {
            throw new BadFileException($"{path}: {file.DescribeShape()} does not fit, one for each class is needed: [V]");
        }

        try
        {
            return ClassWeights.From(file.ReadAll<double>());
        }
        catch (LossInputException refusal)
        {
            throw new BadFileException($"{path}: {refusal.Message}", refusal);
        }
    }

    internal static (double[] Values, long[] Shape) ReadUpstream(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        return (file.ReadAll<double>(), file.Shape.ToArray());
    }

    private static SampleWeights ReadLengths(string path, ScoreLayout layout, NpyFile scores)
    {
        bool isTimeMajor = layout == ScoreLayout.Tbv;
        if (scores.Shape.Length < 2)
        {
            throw new BadFileException($"{scores.Path}: {scores.DescribeShape()} has no sequences, and --lengths has one value for each");
        }

        (long batch, long time) = isTimeMajor ? (scores.Shape[1], scores.Shape[0]) : (scores.Shape[0], scores.Shape[1]);
        using NpyFile file = NpyFile.Open(path);
        InputCheck.CheckShape(file, [batch], $"one for each sequence of scores {scores.DescribeShape()}", "");
        long[] lengths = file.ElementType < NpyElementType.Float16 ? file.ReadAll<long>() : ReadWholeNumbers(file);
        int outside = Array.FindIndex(lengths, length => length < 0 || length > time);
        if (outside >= 0)
        {
            throw new BadFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: length[b={outside}] is {lengths[outside]}, but the sequences have {time} steps; lengths are in 0..{time}"));
        }

        Tensor<double> mask = Tensor.CreateFromShape<double>([(nint)scores.Shape[0], (nint)scores.Shape[1]]);
        for (nint b = 0; b < (nint)batch; b++)
        {
            for (nint t = 0; t < (nint)lengths[b]; t++)
            {
                nint[] position = isTimeMajor ? [t, b] : [b, t];
                mask[position] = 1;
            }
        }

        return mask;
    }
}
