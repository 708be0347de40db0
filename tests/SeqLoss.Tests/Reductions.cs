using System;
using System.Linq;

namespace SeqLoss.Tests;

/// <summary>The reductions by where they apply.</summary>
internal static class Reductions
{
    public static Reduction[] All { get; } = Enum.GetValues<Reduction>();

    /// <summary>Those of ids and of regression.</summary>
    public static Reduction[] WithoutClassWeight { get; } = [.. All.Where(reduction => reduction != Reduction.MeanClassWeight)];

    /// <summary>One of those that apply.</summary>
    public static Reduction Of(int seed, bool hasDistribution)
        => hasDistribution ? All[seed % All.Length] : WithoutClassWeight[seed % WithoutClassWeight.Length];
}
