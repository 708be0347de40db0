using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Operations;

/// <summary>The weights of a recurrent layer in one direction: g gates of H units, one gate's rows below the other's.</summary>
/// <param name="Kind">The cell: g = 1, 3 (r, z, n) or 4 (i, f, g, o).</param>
/// <param name="Input">W, <c>[g·H, in]</c>.</param>
/// <param name="InputBias">b, <c>[1, g·H]</c>.</param>
/// <param name="Hidden">U, <c>[g·H, H]</c>.</param>
/// <param name="HiddenBias">d, <c>[1, g·H]</c>.</param>
public sealed record CellWeights(CellKind Kind, Variable Input, Variable InputBias, Variable Hidden, Variable HiddenBias)
{
    /// <summary>H.</summary>
    public int HiddenSize => Hidden.Columns;

    /// <summary>g.</summary>
    public static int GateCount(CellKind kind) => kind switch
    {
        CellKind.Rnn => 1,
        CellKind.Gru => 3,
        _ => 4,
    };
}
