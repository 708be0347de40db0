using System;
using System.Globalization;
using System.Numerics.Tensors;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Loss;

/// <summary>Reads the files that say what counts and how much.</summary>
internal static class WeightFiles
{
    /// <summary>Reads lengths, mask and weights, and joins them with the ignored id.</summary>
    /// <param name="request">The names of the files.</param>
    /// <param name="axes">The scores.</param>
    /// <param name="areOfElements">Whether a mask or weights have a value for each element of a regression.</param>
    internal static TokenWeights? Read(LossRequest request, AxisOrder axes, out bool areOfElements)
    {
        TokenWeights? weights = null;
        bool isAnyOfElements = false;
        void Join(TokenWeights part) => weights = weights is null ? part : weights & part;

        if (request.Lengths is { } lengths)
        {
            Join(ReadLengths(lengths, axes));
        }

        if (request.Mask is { } mask)
        {
            Join(ReadPositions(mask, axes, values => TokenWeights.FromMask(values), ref isAnyOfElements));
        }

        if (request.Weights is { } tokenWeights)
        {
            Join(ReadPositions(tokenWeights, axes, values => TokenWeights.FromWeights(values), ref isAnyOfElements));
        }

        if (request.ExampleWeights is { } exampleWeights)
        {
            using NpyFile file = OpenVector(exampleWeights, axes.Batch, "one for each sequence");
            double[] values = file.ReadAll<double>();
            Join(About(file.Path, () => TokenWeights.FromExampleWeights(values)));
        }

        if (request.IgnoreIndex is { } ignored)
        {
            Join(TokenWeights.FromIgnoreIndex(ignored));
        }

        areOfElements = isAnyOfElements;
        return weights;
    }

    internal static ClassWeights ReadClassWeights(string path, AxisOrder axes)
    {
        using NpyFile file = OpenVector(path, axes.Classes, "one for each class");
        double[] values = file.ReadAll<double>();
        return About(path, () => ClassWeights.From(values));
    }

    private static TokenWeights ReadLengths(string path, AxisOrder axes)
    {
        using NpyFile file = OpenVector(path, axes.Batch, "one for each sequence");
        long[] lengths;
        if (file.ElementType < NpyElementType.Float16)
        {
            lengths = file.ReadAll<long>();
        }
        else
        {
            double[] numbers = file.ReadAll<double>();
            int broken = Array.FindIndex(numbers, number => !double.IsFinite(number) || number != Math.Floor(number));
            if (broken >= 0)
            {
                throw new BadFileException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: length[b={broken}] is {numbers[broken]}; lengths are whole numbers in 0..{axes.Time}"));
            }

            lengths = Array.ConvertAll(numbers, number => (long)number);
        }

        int outside = Array.FindIndex(lengths, length => length < 0 || length > axes.Time);
        return outside < 0
            ? TokenWeights.FromLengths(lengths)
            : throw new BadFileException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: length[b={outside}] is {lengths[outside]}, but the sequences have {axes.Time} steps; "
                + $"lengths are in 0..{axes.Time}"));
    }

    /// <summary>Reads what has a value for each token, or for each element of a regression.</summary>
    private static TokenWeights ReadPositions(
        string path, AxisOrder axes, Func<Tensor<double>, TokenWeights> make, ref bool areOfElements)
    {
        using NpyFile file = NpyFile.Open(path);
        bool mayBeOfElements = axes.Layout.Contains('d', StringComparison.Ordinal);
        if (mayBeOfElements && file.Shape.SequenceEqual(axes.Shape))
        {
            areOfElements = true;
        }
        else
        {
            string orElements = mayBeOfElements ? $" or, for each element, {AxisOrder.Describe(axes.Shape)}" : "";
            InputCheck.CheckShape(
                file, axes.TokenShape, $"--layout {axes.Layout} with scores of {AxisOrder.Describe(axes.Shape)}", orElements);
        }

        nint[] lengths = Array.ConvertAll(file.Shape.ToArray(), size => (nint)size);
        double[] values = file.ReadAll<double>();
        return About(path, () => make(Tensor.Create(values, lengths)));
    }

    private static NpyFile OpenVector(string path, long length, string meaning)
    {
        NpyFile file = NpyFile.Open(path);
        try
        {
            InputCheck.CheckShape(file, [length], meaning, "");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Names the file that the library's sentence is about.</summary>
    private static T About<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (LossInputException refusal)
        {
            throw new BadFileException($"{path}: {refusal.Message}", refusal);
        }
    }
}
