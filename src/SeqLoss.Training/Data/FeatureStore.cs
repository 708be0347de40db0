using System;
using SeqLoss.Models.Files;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Training.Data;

/// <summary>Sequences of rows of features, 4 bytes a number.</summary>
public sealed class FeatureStore : SequenceStore
{
    private float[] _features = [];

    /// <param name="featureCount">The features F of a step, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="featureCount"/> is below 1.</exception>
    public FeatureStore(int featureCount)
        : base(featureCount) => ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);

    /// <summary>The features of sequence <paramref name="index"/>, shape <c>[length, F]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public ReadOnlySpan<float> this[int index]
    {
        get
        {
            (int start, int length) = Range(index);
            return _features.AsSpan(start * FeatureCount, length * FeatureCount);
        }
    }

    /// <summary>Appends a sequence.</summary>
    /// <param name="features">Shape <c>[length, F]</c>, length at least 1.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> is empty or ends within a step.</exception>
    /// <exception cref="ModelFileException">The store is full.</exception>
    public void Add(ReadOnlySpan<float> features)
    {
        if (features.Length % FeatureCount != 0)
        {
            throw new ArgumentException($"{features.Length} numbers are no whole steps of {FeatureCount} features.", nameof(features));
        }

        Append(ref _features, features, features.Length / FeatureCount);
    }

    internal override void CopyTo(int index, SequenceBatch batch, int row) => batch.SetFeatures(row, this[index]);
}
