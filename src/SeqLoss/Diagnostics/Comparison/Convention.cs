using System;

namespace SeqLoss.Diagnostics.Comparison;

/// <summary>How a framework turns token losses into its number.</summary>
/// <param name="Name">The function, with the arguments that are not its defaults.</param>
/// <param name="DividesBy">What the sum is divided by, in words.</param>
/// <param name="Definition">Which token losses it sums.</param>
/// <param name="Supports">The features that it can express.</param>
/// <param name="Divide">The number and the divisor.</param>
internal sealed record Convention(
    string Name, string DividesBy, LossDefinition Definition, Feature Supports, Func<Totals, (double Value, double Divisor)> Divide);

/// <summary>The definitions of a token's loss among frameworks; they differ under smoothing, and from probabilities.</summary>
internal enum LossDefinition
{
    /// <summary>As SeqLoss is asked.</summary>
    AsGiven,

    /// <summary>Smoothing ε/V over all classes.</summary>
    SmoothingAll,

    /// <summary>Smoothing ε/(V − 1) over the other classes.</summary>
    SmoothingOthers,

    /// <summary>Smoothing ε/(V − 2) without padding, less the entropy of the smoothed target.</summary>
    DivergenceWithoutPad,

    /// <summary>Keras: probabilities are renormalised and clipped first.</summary>
    Keras,
}
