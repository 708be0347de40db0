using System;
using System.Linq;

namespace SeqLoss.Tests.Reference;

internal enum RegressionError
{
    Squared,
    Absolute,
    Huber,
}

/// <summary>A regression in canonical order <c>[B, T, D]</c>, and its loss in double; shares no code with the library.</summary>
internal sealed record RegressionCase
{
    public required int Batch { get; init; }

    public required int Time { get; init; }

    public required int Features { get; init; }

    public RegressionError Error { get; init; }

    public double Delta { get; init; } = 1;

    public FeatureReduction FeatureReduction { get; init; }

    public required double[] Predictions { get; init; }

    public required double[] Targets { get; init; }

    public Weighting Weighting { get; init; } = Weighting.None;

    /// <summary>Whether each element is a position.</summary>
    public bool CountsElements => Features > 1 && (Weighting.ElementWeights is not null || Weighting.ElementMask is not null);

    private int PositionFeatures => CountsElements ? Features : 1;

    public int PositionCount => Batch * Time * PositionFeatures;

    public RegressionCase StoredAs(Storage storage) => this with
    {
        Predictions = Array.ConvertAll(Predictions, value => ScoreArray.Round(storage, value)),
        Targets = Array.ConvertAll(Targets, value => ScoreArray.Round(storage, value)),
    };

    public Arrangement Arrange(AxisOrder order) => new(order, Batch, Time, Features);

    public Positions PositionsOf()
    {
        Positions positions = new(Batch, Time, PositionFeatures);
        for (int i = 0; i < positions.Count; i++)
        {
            int token = i / PositionFeatures, b = token / Time, t = token % Time;
            positions.Valid[i] = Weighting.Contains(b, t, token) && (Weighting.ElementMask?[i] ?? true);
            positions.Weight[i] = positions.Valid[i] ? Weighting.Factor(b, token) * (Weighting.ElementWeights?[i] ?? 1) : 0;
            positions.Denominator[i] = positions.Weight[i];
        }

        return positions;
    }

    /// <summary>ℓ of each position that counts: the mean or sum of its features' errors, or the error of its element.</summary>
    public double[] Losses()
    {
        Positions positions = PositionsOf();
        int width = Features / PositionFeatures;
        double scale = FeatureReduction == FeatureReduction.Mean ? width : 1;
        return
        [
            .. Enumerable.Range(0, positions.Count).Select(i => positions.Weight[i] == 0
                ? 0
                : Enumerable.Range(i * width, width).Sum(k => ErrorOf(Predictions[k] - Targets[k])) / scale),
        ];
    }

    /// <summary>The gradient of Σ upstream·reduced with respect to the predictions.</summary>
    /// <remarks>Between kinks errors are polynomials of degree 2, of which a difference is exact; at 0 |d|′ is 0 by definition.</remarks>
    public double[] Gradient(Reduction reduction, double[]? upstream = null)
    {
        double[] coefficients = PositionsOf().Coefficients(reduction, upstream);
        int width = Features / PositionFeatures;
        double scale = FeatureReduction == FeatureReduction.Mean ? width : 1;
        return
        [
            .. Enumerable.Range(0, Predictions.Length).Select(k => coefficients[k / width] == 0
                ? 0
                : coefficients[k / width] / scale * Slope(Predictions[k] - Targets[k])),
        ];
    }

    public override string ToString()
        => $"[{Batch}, {Time}, {Features}] {Error} delta {Delta}, features {FeatureReduction}, weighting {Weighting}";

    private double ErrorOf(double d) => Error switch
    {
        RegressionError.Squared => d * d,
        RegressionError.Absolute => Math.Abs(d),
        _ => Math.Abs(d) <= Delta ? d * d / 2 : Delta * (Math.Abs(d) - (Delta / 2)),
    };

    private double Slope(double d)
    {
        double toKink = Error switch
        {
            RegressionError.Squared => 1,
            RegressionError.Absolute => Math.Abs(d),
            _ => Math.Abs(Math.Abs(d) - Delta),
        };
        return toKink == 0 ? d : Differences.Central(ErrorOf, d, Math.Min(0.1, toKink / 4));
    }
}
