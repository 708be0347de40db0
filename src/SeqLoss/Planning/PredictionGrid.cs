using SeqLoss.Kernels.Errors;

namespace SeqLoss.Planning;

/// <summary>The sequences of a prediction tensor and its feature axis.</summary>
/// <param name="Layout">The axis order.</param>
/// <param name="Sequences">B, T and the order of the tokens.</param>
/// <param name="FeatureCount">D; 1 where there is no feature axis.</param>
/// <param name="Shape">The shape of the predictions.</param>
internal readonly record struct PredictionGrid(RegressionLayout Layout, SequenceGrid Sequences, int FeatureCount, TensorShape Shape)
{
    /// <summary>Reads a shape in a layout.</summary>
    /// <exception cref="LossInputException">The rank is not the layout's, or there are no features, or too many.</exception>
    public static PredictionGrid Of(RegressionLayout layout, TensorShape shape)
    {
        (nint batch, nint time, nint features) = layout switch
        {
            RegressionLayout.Btd => (shape.Length0, shape.Length1, shape.Length2),
            RegressionLayout.Tbd => (shape.Length1, shape.Length0, shape.Length2),
            RegressionLayout.Bdt => (shape.Length0, shape.Length2, shape.Length1),
            RegressionLayout.Nd => (shape.Length0, 1, shape.Length1),
            RegressionLayout.Bt => (shape.Length0, shape.Length1, 1),
            RegressionLayout.Tb => (shape.Length1, shape.Length0, 1),
            RegressionLayout.N => (shape.Length0, (nint)1, (nint)1),
            _ => throw new LossOptionException($"{layout} is not a regression layout."),
        };
        int rank = layout switch
        {
            RegressionLayout.N => 1,
            RegressionLayout.Bt or RegressionLayout.Tb or RegressionLayout.Nd => 2,
            _ => 3,
        };
        if (shape.Rank != rank)
        {
            throw new LossInputException(
                $"the predictions have shape {shape}, but layout {Name(layout)} has {rank} axes: name the layout of the predictions.");
        }

        if (features is < 1 or > int.MaxValue)
        {
            throw new LossInputException(
                $"the predictions have shape {shape}: layout {Name(layout)} reads {features} features from it, at least 1 is needed.");
        }

        bool isTimeMajor = layout is RegressionLayout.Tbd or RegressionLayout.Tb;
        bool isRows = layout is RegressionLayout.Nd or RegressionLayout.N;
        return new(layout, SequenceGrid.Of(batch, time, isTimeMajor, isRows), (int)features, shape);
    }

    /// <summary>The positions: tokens, or every element where a part of the weights has the predictions' own shape.</summary>
    public PositionGrid Positions(TokenWeights? weights)
    {
        PositionGrid tokens = PositionGrid.OfTokens(Sequences) with { ElementShape = Shape };
        foreach (WeightPart part in weights?.Parts ?? [])
        {
            bool isOfElements = part.Kind is WeightPartKind.Mask or WeightPartKind.Weights && part.Shape == Shape;
            if (isOfElements && FeatureCount > 1 && Shape != Sequences.Shape)
            {
                SequenceGrid.Of(Sequences.Count, FeatureCount, false, false);
                return tokens with { FeatureCount = FeatureCount, FeatureStride = Layout == RegressionLayout.Bdt ? Sequences.Time : 1 };
            }
        }

        return tokens;
    }

    /// <summary>How the kernel sees a block of whole tokens, or for <see cref="RegressionLayout.Bdt"/> of whole sequences.</summary>
    public PredictionShape Block(nint elements, bool areElementsPositions)
    {
        if (areElementsPositions)
        {
            return new((int)elements, 1, 1);
        }

        int width = Layout == RegressionLayout.Bdt ? Sequences.Time : 1;
        nint group = (nint)FeatureCount * width;
        return new(group == 0 ? 0 : (int)(elements / group), FeatureCount, width);
    }

    private static string Name(RegressionLayout layout) => layout switch
    {
        RegressionLayout.Btd => "btd [B, T, D]",
        RegressionLayout.Tbd => "tbd [T, B, D]",
        RegressionLayout.Bdt => "bdt [B, D, T]",
        RegressionLayout.Nd => "nd [N, D]",
        RegressionLayout.Bt => "bt [B, T]",
        RegressionLayout.Tb => "tb [T, B]",
        _ => "n [N]",
    };
}
