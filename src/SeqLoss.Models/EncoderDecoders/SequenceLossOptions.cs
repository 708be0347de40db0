namespace SeqLoss.Models.EncoderDecoders;

/// <summary>Which loss a model is trained or judged with. Immutable.</summary>
public sealed record SequenceLossOptions
{
    /// <summary>ε of the smoothed targets, tokens alone; training uses it, validation does not.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>The error of a step, features alone.</summary>
    public StepError Error { get; init; } = StepError.Squared;

    /// <summary>δ &gt; 0 of <see cref="StepError.Huber"/>.</summary>
    public double HuberDelta { get; init; } = 1;
}
