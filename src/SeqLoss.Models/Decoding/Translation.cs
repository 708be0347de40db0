namespace SeqLoss.Models.Decoding;

/// <summary>What a line was translated to. Immutable.</summary>
/// <param name="Text">The line.</param>
/// <param name="LogProbability">ln p(target | source) in nats; 0 for an empty line, which is not searched.</param>
/// <param name="Score">What translations of a line are compared by: <see cref="LogProbability"/> divided by the length penalty.</param>
/// <param name="HasEnded">Whether the model ended it; otherwise the greatest length cut it off.</param>
public sealed record Translation(string Text, double LogProbability, double Score, bool HasEnded)
{
    /// <summary>The translation of an empty line.</summary>
    public static Translation Empty { get; } = new("", 0, 0, HasEnded: true);
}
