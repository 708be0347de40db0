namespace SeqLoss.Planning;

/// <summary>The positions that a loss counts: tokens, or each element of a regression.</summary>
/// <param name="Sequences">B, T and the order of the tokens.</param>
/// <param name="FeatureCount">D where elements are counted, else 1.</param>
/// <param name="FeatureStride">Elements between two features of a token: 1, or T for <see cref="RegressionLayout.Bdt"/>.</param>
/// <param name="ElementShape">The shape of the predictions, or of nothing where there is no feature axis.</param>
internal readonly record struct PositionGrid(SequenceGrid Sequences, int FeatureCount, int FeatureStride, TensorShape ElementShape)
{
    /// <summary>Positions that are tokens.</summary>
    public static PositionGrid OfTokens(SequenceGrid sequences) => new(sequences, 1, 1, default);

    /// <summary>The number of positions.</summary>
    public int Count => Sequences.Count * FeatureCount;

    /// <summary>The token of a position.</summary>
    public int TokenOf(int position)
    {
        if (FeatureCount == 1)
        {
            return position;
        }

        if (FeatureStride == 1)
        {
            return position / FeatureCount;
        }

        // [B, D, T]: the stride is T.
        int batch = position / (FeatureCount * FeatureStride);
        return (batch * FeatureStride) + (position % FeatureStride);
    }

    /// <summary>Whether an array of this shape has one value for each element.</summary>
    public bool AreElementsOf(TensorShape shape) => ElementShape.Rank > 0 && shape == ElementShape;

    /// <summary>The shapes that masks and weights may have.</summary>
    public string DescribeShapes() => ElementShape.Rank > 0 ? $"{Sequences.Shape} or {ElementShape}" : Sequences.Shape.ToString();
}
