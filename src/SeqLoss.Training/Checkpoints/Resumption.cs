using System.Collections.Generic;

namespace SeqLoss.Training.Checkpoints;

/// <summary>How a training was resumed.</summary>
/// <param name="Path">The checkpoint that it goes on from.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Notes">
/// What a person should know, a sentence each: damaged checkpoints that were passed over, and settings that are not as they were.
/// </param>
public sealed record Resumption(string Path, TrainingState State, IReadOnlyList<string> Notes);
