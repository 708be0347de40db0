using System;

namespace SeqLoss.Models.Sequences;

/// <summary>One side of a batch: B sequences of up to T steps, each step a token or a row of features.</summary>
/// <remarks>Storage is batch-major and is kept from one use to the next: <see cref="Reshape"/> allocates only to grow.</remarks>
public sealed class SequenceBatch
{
    private int[] _lengths = [];
    private int[] _tokens = [];
    private float[] _features = [];

    /// <param name="featureCount">The features F of a step, or 0 for tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="featureCount"/> is negative.</exception>
    public SequenceBatch(int featureCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(featureCount);
        FeatureCount = featureCount;
    }

    /// <summary>The features F of a step, or 0 for tokens.</summary>
    public int FeatureCount { get; }

    /// <summary>B.</summary>
    public int Count { get; private set; }

    /// <summary>T, the steps that are stored for each sequence.</summary>
    public int MaxLength { get; private set; }

    /// <summary>The real steps of each sequence, in 1..T, shape <c>[B]</c>.</summary>
    public Span<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>Ids, shape <c>[B, T]</c>, <see cref="SpecialTokens.Padding"/> beyond a length; empty for features.</summary>
    public Span<int> Tokens => FeatureCount == 0 ? _tokens.AsSpan(0, Count * MaxLength) : default;

    /// <summary>Features, shape <c>[B, T, F]</c>, 0 beyond a length; empty for tokens.</summary>
    public Span<float> Features => FeatureCount == 0 ? default : _features.AsSpan(0, checked(Count * MaxLength * FeatureCount));

    /// <summary>The real steps of all sequences together.</summary>
    public int StepCount
    {
        get
        {
            int sum = 0;
            foreach (int length in Lengths)
            {
                sum += length;
            }

            return sum;
        }
    }

    /// <summary>Makes room for B sequences of T steps, all padding, their lengths 0.</summary>
    /// <param name="count">B, at least 1.</param>
    /// <param name="maxLength">T, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public void Reshape(int count, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        Count = count;
        MaxLength = maxLength;
        Grow(ref _lengths, count);
        Lengths.Clear();
        if (FeatureCount == 0)
        {
            Grow(ref _tokens, checked(count * maxLength));
            Tokens.Clear(); // SpecialTokens.Padding is 0.
        }
        else
        {
            Grow(ref _features, checked(count * maxLength * FeatureCount));
            Features.Clear();
        }
    }

    /// <summary>Writes the tokens of one sequence and its length.</summary>
    /// <exception cref="InvalidOperationException">The batch holds features.</exception>
    /// <exception cref="ArgumentException">There are more tokens than T.</exception>
    public void SetTokens(int sequence, ReadOnlySpan<int> tokens)
    {
        if (FeatureCount != 0)
        {
            throw new InvalidOperationException($"A batch of {FeatureCount} features a step holds no tokens.");
        }

        SetLength(sequence, tokens.Length);
        tokens.CopyTo(_tokens.AsSpan(sequence * MaxLength));
    }

    /// <summary>Writes the features of one sequence, shape <c>[length, F]</c>, and its length.</summary>
    /// <exception cref="InvalidOperationException">The batch holds tokens.</exception>
    /// <exception cref="ArgumentException">There are more steps than T, or a part of a step.</exception>
    public void SetFeatures(int sequence, ReadOnlySpan<float> features)
    {
        if (FeatureCount == 0)
        {
            throw new InvalidOperationException("A batch of tokens holds no features.");
        }

        if (features.Length % FeatureCount != 0)
        {
            throw new ArgumentException($"{features.Length} numbers are no whole steps of {FeatureCount} features.", nameof(features));
        }

        SetLength(sequence, features.Length / FeatureCount);
        features.CopyTo(_features.AsSpan(sequence * MaxLength * FeatureCount));
    }

    private void SetLength(int sequence, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)Count, nameof(sequence));
        if (length > MaxLength)
        {
            throw new ArgumentException($"A sequence of {length} steps does not fit a batch of {MaxLength}.");
        }

        _lengths[sequence] = length;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, Math.Min(2 * array.Length, Array.MaxLength))];
        }
    }
}
