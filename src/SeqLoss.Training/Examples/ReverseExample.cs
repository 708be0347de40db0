using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using SeqLoss.Models.Autograd;
using SeqLoss.Training.Data;

namespace SeqLoss.Training.Examples;

/// <summary>Sequences of numbers, to be written backwards: the task of JoeyNMT's tutorial.</summary>
/// <remarks>
/// Numbers 0 to 49, divided by spaces; 1 to 25 of them in <see cref="Training"/> and 1 to 30 in the other parts, so that some are longer
/// than any that was trained on. All are different.
/// </remarks>
/// <seealso href="https://joeynmt.readthedocs.io/en/latest/tutorial.html">JoeyNMT, tutorial.</seealso>
public sealed class ReverseExample
{
    /// <summary>The numbers of the longest sequence of <see cref="Training"/>.</summary>
    public const int MaxTrainLength = 25;

    /// <summary>The numbers of the longest sequence of the other parts.</summary>
    public const int MaxTestLength = 30;

    private const int Numbers = 50;
    private const int TestCount = 1000;

    private readonly HashSet<string> _sources = new(StringComparer.Ordinal);

    private ReverseExample(ulong seed, int trainCount)
    {
        Validation = Draw(seed, 0, TestCount, MaxTestLength);
        Test = Draw(seed, 1, TestCount, MaxTestLength);
        Training = Draw(seed, 2, trainCount, MaxTrainLength);
    }

    /// <summary>What to train on.</summary>
    public ImmutableArray<TextPair> Training { get; }

    /// <summary>What to watch while training: 1,000 pairs.</summary>
    public ImmutableArray<TextPair> Validation { get; }

    /// <summary>What to judge by: 1,000 pairs.</summary>
    public ImmutableArray<TextPair> Test { get; }

    /// <summary>Generates the example.</summary>
    /// <param name="seed">Fixes every pair; those of the other parts do not depend on <paramref name="trainCount"/>.</param>
    /// <param name="trainCount">The pairs of <see cref="Training"/>, 1 to 1,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trainCount"/> is outside its range.</exception>
    public static ReverseExample Create(ulong seed, int trainCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trainCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trainCount, 1_000_000);
        return new ReverseExample(seed, trainCount);
    }

    private ImmutableArray<TextPair> Draw(ulong seed, ulong stream, int count, int maxLength)
    {
        var random = new CounterRandom(seed, stream);
        ImmutableArray<TextPair>.Builder pairs = ImmutableArray.CreateBuilder<TextPair>(count);
        for (ulong i = 0; pairs.Count < count; i += MaxTestLength + 1)
        {
            int[] numbers = new int[1 + random.Below(i, maxLength)];
            for (int j = 0; j < numbers.Length; j++)
            {
                numbers[j] = random.Below(i + 1 + (ulong)j, Numbers);
            }

            string source = string.Join(' ', numbers);
            if (_sources.Add(source))
            {
                pairs.Add(new TextPair(source, string.Join(' ', Enumerable.Reverse(numbers))));
            }
        }

        return pairs.MoveToImmutable();
    }
}
