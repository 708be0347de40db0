using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>What a recurrent layer remembers after a step, one row for each sequence.</summary>
/// <param name="Hidden">h, <c>[B, H]</c>; none for zeros.</param>
/// <param name="Cell">c of an LSTM, <c>[B, H]</c>; none for zeros.</param>
public readonly record struct RecurrentState(Variable? Hidden, Variable? Cell);
