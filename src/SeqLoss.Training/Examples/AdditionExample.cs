using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Examples;

/// <summary>Sums of two numbers below a thousand: <c>535+61</c> becomes <c>596</c>.</summary>
/// <remarks>Of the million sums, each is in at most one part.</remarks>
/// <seealso href="https://keras.io/examples/nlp/addition_rnn/">Keras, sequence to sequence learning of addition.</seealso>
public sealed class AdditionExample
{
    private const int Numbers = 1000;
    private const int TestCount = 1000;

    private AdditionExample(ulong seed, int trainCount)
    {
        var random = new CounterRandom(seed, 0);
        var sums = new HashSet<int>();
        var pairs = new List<TextPair>();
        for (ulong i = 0; pairs.Count < trainCount + (2 * TestCount); i++)
        {
            int sum = random.Below(i, Numbers * Numbers);
            if (sums.Add(sum))
            {
                pairs.Add(Write(sum / Numbers, sum % Numbers));
            }
        }

        Validation = [.. pairs.Take(TestCount)];
        Test = [.. pairs.Skip(TestCount).Take(TestCount)];
        Training = [.. pairs.Skip(2 * TestCount)];
    }

    /// <summary>What to train on.</summary>
    public ImmutableArray<TextPair> Training { get; }

    /// <summary>What to watch while training: 1,000 sums.</summary>
    public ImmutableArray<TextPair> Validation { get; }

    /// <summary>What to judge by: 1,000 sums.</summary>
    public ImmutableArray<TextPair> Test { get; }

    /// <summary>Generates the example.</summary>
    /// <param name="seed">Fixes every sum; those of the other parts do not depend on <paramref name="trainCount"/>.</param>
    /// <param name="trainCount">The sums of <see cref="Training"/>, 1 to 500,000.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainCount"/> is outside its range.</exception>
    public static AdditionExample Create(ulong seed, int trainCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trainCount, Numbers * Numbers / 2);
        return new AdditionExample(seed, trainCount);
    }

    private static TextPair Write(int left, int right) => new(
        string.Create(CultureInfo.InvariantCulture, $"{left}+{right}"), (left + right).ToString(CultureInfo.InvariantCulture));
}
