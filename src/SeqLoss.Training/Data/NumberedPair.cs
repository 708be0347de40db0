namespace SeqLoss.Training.Data;

/// <summary>A pair of a text.</summary>
/// <param name="Line">The line it stands on, counted from 1.</param>
/// <param name="Text">The pair.</param>
internal readonly record struct NumberedPair(int Line, TextPair Text);
