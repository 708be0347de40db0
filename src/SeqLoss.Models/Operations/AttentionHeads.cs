using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Operations;

/// <summary>One operand of attention: the heads that lie side by side in some columns of a matrix.</summary>
/// <param name="Source">The matrix.</param>
/// <param name="FirstColumn">Where the first head begins.</param>
/// <param name="Grid">Which row is which step.</param>
public readonly record struct AttentionHeads(Variable Source, int FirstColumn, RowGrid Grid);
