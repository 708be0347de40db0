using System.Text.Json.Serialization;

namespace SeqLoss.Training.Checkpoints;

/// <summary>What of a checkpoint is text.</summary>
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
