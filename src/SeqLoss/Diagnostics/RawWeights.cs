using System.Collections.Generic;
using System.Numerics.Tensors;

namespace SeqLoss.Diagnostics;

/// <summary>What counts and how much, each part as it was given and unchecked: several findings are about one of them.</summary>
/// <remarks>
/// A loss takes these joined and checked, as <see cref="TokenWeights"/> and <see cref="ClassWeights"/>; here NaN, lengths beyond T
/// and masks that disagree are what is looked for. <see langword="null"/> is a part that was not given.
/// </remarks>
public sealed record RawWeights
{
    /// <summary>The number of steps of each sequence, shape <c>[B]</c>.</summary>
    public IReadOnlyList<double>? Lengths { get; init; }

    /// <summary>1 where a position counts, 0 where not, in the order of the scores without the class axis.</summary>
    public Tensor<double>? Mask { get; init; }

    /// <summary>A weight for each position, in the order of the scores without the class axis.</summary>
    public Tensor<double>? TokenWeights { get; init; }

    /// <summary>A weight for each sequence, shape <c>[B]</c>.</summary>
    public IReadOnlyList<double>? ExampleWeights { get; init; }

    /// <summary>The target id that does not count.</summary>
    public long? IgnoreIndex { get; init; }

    /// <summary>Whether target distributions that are 0 everywhere do not count.</summary>
    public bool IgnoreZeroRows { get; init; }

    /// <summary>A weight for each class, shape <c>[V]</c>; in place of <see cref="CrossEntropyOptions.ClassWeights"/>.</summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }
}
