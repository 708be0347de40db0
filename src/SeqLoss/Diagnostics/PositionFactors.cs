using System;
using System.Numerics.Tensors;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>The parts of the weighting at each token, with what cannot be used replaced: findings tell of that by themselves.</summary>
/// <param name="given">The parts.</param>
/// <param name="grid">The tokens.</param>
/// <param name="ids">The target ids as stored; empty for distributions.</param>
internal sealed class PositionFactors(RawWeights given, SequenceGrid grid, long[] ids)
{
    private readonly double[]? lengths = given.Lengths is null ? null : [.. given.Lengths];
    private readonly double[]? mask = Flat(given.Mask);
    private readonly double[]? tokenWeights = Flat(given.TokenWeights);
    private readonly double[]? exampleWeights = given.ExampleWeights is null ? null : [.. given.ExampleWeights];

    public bool HasLengths => lengths is not null;

    public bool HasMask => mask is not null;

    /// <summary>The length of a sequence, within 0..T; T where none is given or it is no number.</summary>
    public int LengthOf(int sequence)
        => lengths is null || double.IsNaN(lengths[sequence]) ? grid.Time : (int)Math.Clamp(lengths[sequence], 0, grid.Time);

    /// <summary>Whether the mask counts a token; true where there is none.</summary>
    public bool IsInMask(int token) => mask is null || mask[token] != 0;

    /// <summary>Whether a token's id is the ignored one.</summary>
    public bool IsIgnored(int token) => ids.Length > 0 && ids[token] == given.IgnoreIndex;

    /// <summary>Whether lengths, mask and ignored id let a token count.</summary>
    public bool IsValid(int token)
        => grid.TimeOf(token) < LengthOf(grid.BatchOf(token)) && IsInMask(token) && !IsIgnored(token);

    /// <summary>W of a token; weights that are no finite numbers count as 1.</summary>
    public double WeightOf(int token)
    {
        if (!IsValid(token))
        {
            return 0;
        }

        double weight = tokenWeights is null ? 1 : Finite(tokenWeights[token]);
        return exampleWeights is null ? weight : weight * Finite(exampleWeights[grid.BatchOf(token)]);
    }

    private static double Finite(double weight) => double.IsFinite(weight) ? weight : 1;

    private static double[]? Flat(Tensor<double>? tensor)
    {
        if (tensor is null)
        {
            return null;
        }

        double[] flat = new double[tensor.FlattenedLength];
        tensor.FlattenTo(flat);
        return flat;
    }
}
