using System.Linq;

namespace SeqLoss.Tests.Reference;

/// <summary>Hands a regression to the library and brings the answer back to canonical order.</summary>
internal static class RegressionCall
{
    public static RegressionOptions Options(RegressionCase c, CallSettings settings) => new()
    {
        Layout = c.Arrange(settings.Order).RegressionLayout,
        Reduction = settings.Reduction,
        Empty = settings.Empty,
        FeatureReduction = c.FeatureReduction,
        HuberDelta = c.Delta,
        Threads = settings.Threads,
    };

    public static Outcome Run(RegressionCase c, CallSettings settings)
    {
        Arrangement arrangement = c.Arrange(settings.Order);
        ScoreArray predictions = new(settings.Storage, arrangement.Lengths, arrangement.Store(c.Predictions));
        ScoreArray targets = new(settings.Storage, arrangement.Lengths, arrangement.Store(c.Targets));
        double[] unwritten = [.. Enumerable.Repeat(double.NaN, c.Predictions.Length)];
        ScoreArray gradient = settings.IsInPlace ? predictions : new(settings.Storage, arrangement.Lengths, unwritten);
        double[] reduced = new double[CrossEntropyCall.ValueCount(settings.Reduction, c.Batch, c.Time, c.PositionCount)];
        double[] tokenLoss = new double[c.PositionCount];
        Gradient destination = settings.WantsGradient ? gradient.AsGradient() : default;
        if (settings.Upstream is not null)
        {
            destination = destination.WithUpstream(CrossEntropyCall.StoreReduced(arrangement, settings.Reduction, settings.Upstream));
        }

        LossSum sum = Invoke(
            c.Error,
            predictions.AsScores(),
            targets.AsScores(),
            c.Weighting.Build(arrangement),
            Options(c, settings),
            destination,
            new() { Reduced = reduced, TokenLoss = tokenLoss });
        double[] Restore(double[] stored)
            => c.CountsElements ? arrangement.Restore<double>(stored) : arrangement.RestoreTokens<double>(stored);
        return new(
            sum,
            settings.Reduction == Reduction.None ? Restore(reduced) : reduced,
            Restore(tokenLoss),
            arrangement.Restore<double>(gradient.ToDoubles()),
            gradient.ToBytes());
    }

    public static LossSum Invoke(
        RegressionError error,
        Scores predictions,
        Scores targets,
        TokenWeights? weights,
        RegressionOptions? options,
        Gradient gradient = default,
        LossOutputs outputs = default)
        => error switch
        {
            RegressionError.Squared => Regression.SquaredError(predictions, targets, weights, options, gradient, outputs),
            RegressionError.Absolute => Regression.AbsoluteError(predictions, targets, weights, options, gradient, outputs),
            _ => Regression.Huber(predictions, targets, weights, options, gradient, outputs),
        };
}
