using System;
using System.Linq;
using System.Numerics.Tensors;

namespace SeqLoss.Tests.Reference;

/// <summary>What a case counts, in canonical order <c>[B, T]</c>; what is <see langword="null"/> was not given.</summary>
internal sealed record Weighting
{
    public static Weighting None { get; } = new();

    public int[]? Lengths { get; init; }

    public bool[]? Mask { get; init; }

    public double[]? TokenWeights { get; init; }

    public double[]? ExampleWeights { get; init; }

    public long? IgnoredId { get; init; }

    /// <summary>Whether all-zero rows of the distribution do not count.</summary>
    public bool SkipsZeroRows { get; init; }

    /// <summary>For regression: weights of each element, <c>[B, T, D]</c>.</summary>
    public double[]? ElementWeights { get; init; }

    /// <summary>For regression: a mask of each element, <c>[B, T, D]</c>.</summary>
    public bool[]? ElementMask { get; init; }

    /// <summary>Whether a position is inside length and mask.</summary>
    public bool Contains(int batch, int time, int position)
        => (Lengths is null || time < Lengths[batch]) && (Mask is null || Mask[position]);

    /// <summary>The product of token and example weights.</summary>
    public double Factor(int batch, int position) => (TokenWeights?[position] ?? 1) * (ExampleWeights?[batch] ?? 1);

    /// <summary>The same weights as the library takes them.</summary>
    /// <param name="arrangement">The order of the scores.</param>
    /// <param name="distribution">The distributions, for <see cref="SkipsZeroRows"/>.</param>
    public TokenWeights? Build(Arrangement arrangement, ScoreArray? distribution = null)
    {
        TokenWeights? all = null;
        void Join(TokenWeights part) => all = all is null ? part : all & part;
        nint[] tokens = arrangement.TokenLengths;
        if (Lengths is not null)
        {
            Join(SeqLoss.TokenWeights.FromLengths((ReadOnlySpan<int>)Lengths));
        }

        if (Mask is not null)
        {
            Join(SeqLoss.TokenWeights.FromMask(new ReadOnlyTensorSpan<bool>(arrangement.StoreTokens(Mask), tokens)));
        }

        if (TokenWeights is not null)
        {
            Join(SeqLoss.TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(arrangement.StoreTokens(TokenWeights), tokens)));
        }

        if (ExampleWeights is not null)
        {
            Join(SeqLoss.TokenWeights.FromExampleWeights(ExampleWeights));
        }

        if (IgnoredId is { } id)
        {
            Join(SeqLoss.TokenWeights.FromIgnoreIndex(id));
        }

        if (SkipsZeroRows)
        {
            Join(SeqLoss.TokenWeights.FromNonzeroRows(distribution!.AsScores(), arrangement.ScoreLayout));
        }

        if (ElementWeights is not null)
        {
            Join(SeqLoss.TokenWeights.FromWeights(new ReadOnlyTensorSpan<double>(arrangement.Store(ElementWeights), arrangement.Lengths)));
        }

        if (ElementMask is not null)
        {
            Join(SeqLoss.TokenWeights.FromMask(new ReadOnlyTensorSpan<bool>(arrangement.Store(ElementMask), arrangement.Lengths)));
        }

        return all;
    }

    /// <summary>The weights of a range of the sequences.</summary>
    public Weighting Slice(int first, int count, int time) => this with
    {
        Lengths = Lengths?[first..(first + count)],
        Mask = Rows(Mask, first, count, time),
        TokenWeights = Rows(TokenWeights, first, count, time),
        ExampleWeights = ExampleWeights?[first..(first + count)],
    };

    public override string ToString() => string.Join(
        '+',
        new[]
        {
            Lengths is null ? null : "lengths",
            Mask is null ? null : "mask",
            TokenWeights is null ? null : "tokenWeights",
            ExampleWeights is null ? null : "exampleWeights",
            IgnoredId is null ? null : "ignoredId",
            SkipsZeroRows ? "zeroRows" : null,
            ElementWeights is null ? null : "elementWeights",
            ElementMask is null ? null : "elementMask",
        }.Where(part => part is not null));

    private static T[]? Rows<T>(T[]? values, int first, int count, int time) => values?[(first * time)..((first + count) * time)];
}
