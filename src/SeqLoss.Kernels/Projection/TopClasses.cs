using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Projection;

/// <summary>Where the classes of the greatest logits go, k for each token.</summary>
/// <param name="Count">k.</param>
/// <param name="Classes">Ids, 32-bit words in a buffer of 32-bit numbers.</param>
/// <param name="LogProbabilities">ln p in nats, double.</param>
internal readonly record struct TopClasses(int Count, NumberBuffer Classes, NumberBuffer LogProbabilities)
{
    /// <summary>The same from a token on.</summary>
    public TopClasses From(int token)
        => new(Count, Classes.From((long)token * Count), LogProbabilities.From((long)token * Count));

    /// <summary>The ids of a token.</summary>
    public Span<int> ClassesOf(int token) => Classes.View<int>((long)token * Count, Count);

    /// <summary>The log-probabilities of a token.</summary>
    public Span<double> LogProbabilitiesOf(int token) => LogProbabilities.View<double>((long)token * Count, Count);
}
