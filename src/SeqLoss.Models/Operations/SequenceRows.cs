using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.Operations;

/// <summary>Sequences as rows of a matrix.</summary>
/// <param name="Source">The matrix.</param>
/// <param name="Grid">Which row is which step.</param>
public readonly record struct SequenceRows(Variable Source, RowGrid Grid)
{
    internal int RowOf(int sequence, int step) => Grid.RowOf(sequence, step);
}
