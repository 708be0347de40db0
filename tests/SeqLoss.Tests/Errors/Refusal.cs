using System;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests.Errors;

/// <summary>Calls that must be refused: with a message that says what does not fit, and with nothing written.</summary>
internal sealed class Refusal
{
    private const float Untouched = 7;

    public Refusal(params nint[] lengths)
    {
        Lengths = lengths;
        int count = (int)lengths.Aggregate((a, b) => a * b);
        Scores = [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(i))];
        Gradient = [.. Enumerable.Repeat(Untouched, count)];
        int positions = lengths.Length == 3 ? (int)(lengths[0] * lengths[1]) : (int)lengths[0];
        Ids = new int[positions];
        TokenLoss = [.. Enumerable.Repeat((double)Untouched, positions)];
    }

    public nint[] Lengths { get; }

    public float[] Scores { get; }

    public float[] Gradient { get; }

    public int[] Ids { get; }

    public double[] TokenLoss { get; }

    public double[] Reduced { get; set; } = [Untouched];

    public Door Door { get; set; }

    public TokenWeights? Weights { get; set; }

    public CrossEntropyOptions? Options { get; set; }

    public double[] Upstream { get; set; } = [];

    /// <summary>Calls cross-entropy of ids.</summary>
    public void OfCrossEntropy<TException>(params string[] phrases)
        where TException : ArgumentException
        => Check<TException>(
            () => CrossEntropyCall.Invoke(
                Door,
                new ReadOnlyTensorSpan<float>(Scores, Lengths),
                new ReadOnlyTensorSpan<int>(Ids, Lengths.AsSpan()[..^1]),
                Weights,
                Options,
                Destination,
                new() { Reduced = Reduced, TokenLoss = TokenLoss }),
            phrases);

    /// <summary>Calls cross-entropy of distributions, which are the scores' numbers in other memory.</summary>
    public void OfDistributions<TException>(params string[] phrases)
        where TException : ArgumentException
    {
        float[] distribution = [.. Scores];
        Check<TException>(
            () => CrossEntropyCall.Invoke(
                Door,
                new ReadOnlyTensorSpan<float>(Scores, Lengths),
                new ReadOnlyTensorSpan<float>(distribution, Lengths),
                Weights,
                Options,
                Destination,
                new() { Reduced = Reduced, TokenLoss = TokenLoss }),
            phrases);
    }

    /// <summary>Calls a regression.</summary>
    public void OfRegression<TException>(RegressionError error, RegressionOptions? options, params string[] phrases)
        where TException : ArgumentException
    {
        float[] targets = [.. Scores];
        Check<TException>(
            () => RegressionCall.Invoke(
                error,
                new ReadOnlyTensorSpan<float>(Scores, Lengths),
                new ReadOnlyTensorSpan<float>(targets, Lengths),
                Weights,
                options,
                Destination,
                new() { Reduced = Reduced, TokenLoss = TokenLoss }),
            phrases);
    }

    /// <summary>Any call: the message holds the phrases, and gradient and outputs hold what they held.</summary>
    public void Check<TException>(Action call, params string[] phrases)
        where TException : ArgumentException
    {
        float[] before = [.. Scores];
        TException exception = Assert.Throws<TException>(call);
        Assert.All(phrases, phrase => Assert.Contains(phrase, exception.Message, StringComparison.Ordinal));
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Scores);
        Assert.All(Gradient, value => Assert.Equal(Untouched, value));
        Assert.All(TokenLoss, value => Assert.Equal(Untouched, value));
        Assert.All(Reduced, value => Assert.Equal(Untouched, value));
    }

    private Gradient Destination
    {
        get
        {
            Gradient gradient = new TensorSpan<float>(Gradient, Lengths);
            return gradient.WithUpstream(Upstream);
        }
    }
}
