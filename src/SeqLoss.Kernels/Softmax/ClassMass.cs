using System;
using System.Numerics.Tensors;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Softmax;

/// <summary>Σ w·q over the classes of each token's distribution.</summary>
internal static class ClassMass
{
    private const int RunLength = 1024;

    /// <summary>Writes the mass of each token of a block, reading its memory in order.</summary>
    /// <param name="distribution">The distributions.</param>
    /// <param name="shape">Their axes.</param>
    /// <param name="classWeights">w, or <see langword="null"/> for 1.</param>
    /// <param name="clip">What is done to the distributions first, or <see langword="null"/> for nothing.</param>
    /// <param name="masses">Destination, one for each token.</param>
    public static void Write(
        NumberBuffer distribution, ScoreShape shape, ClassWeightTable? classWeights, RowClip? clip, Span<double> masses)
    {
        masses.Clear();
        Span<double> run = stackalloc double[RunLength];
        for (int group = 0; group < shape.GroupCount; group++)
        {
            if (shape.Width == 1)
            {
                masses[group] = OfRow(distribution, shape.Offset(group, 0), shape.ClassCount, classWeights, clip, run);
                continue;
            }

            for (int index = 0; index < shape.ClassCount; index++)
            {
                double weight = classWeights is null ? 1 : classWeights[index];
                AddClass(distribution, shape.Offset(group, index), weight, clip, masses.Slice(group * shape.Width, shape.Width), run);
            }
        }
    }

    private static double OfRow(
        NumberBuffer distribution, long offset, int classes, ClassWeightTable? classWeights, RowClip? clip, Span<double> run)
    {
        double mass = 0;
        for (int start = 0; start < classes; start += RunLength)
        {
            Span<double> values = run[..Math.Min(RunLength, classes - start)];
            Load(distribution, offset + start, clip, values);
            mass += classWeights is null
                ? TensorPrimitives.Sum<double>(values)
                : TensorPrimitives.Dot(values, classWeights.Of<double>().Slice(start, values.Length));
        }

        return mass;
    }

    private static void AddClass(
        NumberBuffer distribution, long offset, double weight, RowClip? clip, Span<double> masses, Span<double> run)
    {
        for (int start = 0; start < masses.Length; start += RunLength)
        {
            Span<double> values = run[..Math.Min(RunLength, masses.Length - start)];
            Load(distribution, offset + start, clip, values);
            Span<double> sums = masses.Slice(start, values.Length);
            TensorPrimitives.MultiplyAdd(values, weight, sums, sums);
        }
    }

    private static void Load(NumberBuffer distribution, long offset, RowClip? clip, Span<double> values)
    {
        distribution.Load(offset, values);
        if (clip is { ClipsTargets: true } bounds)
        {
            bounds.Clamp(values, values);
        }
    }
}
