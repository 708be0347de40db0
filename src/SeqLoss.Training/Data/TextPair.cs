namespace SeqLoss.Training.Data;

/// <summary>A line and what it is to become.</summary>
/// <param name="Source">What the model reads.</param>
/// <param name="Target">What it is taught to write.</param>
public readonly record struct TextPair(string Source, string Target);
