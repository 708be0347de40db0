using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>What a recurrent layer gave for sequences.</summary>
/// <param name="States">h after each step, <c>[T·B, H]</c>, time-major; beyond a sequence's length its last.</param>
/// <param name="Final">The states after the last step of each sequence, in the direction of reading.</param>
public readonly record struct RecurrentSteps(Variable States, RecurrentState Final);
