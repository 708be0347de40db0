using System.Text.Json.Serialization;
using SeqLoss.Models.Files;

namespace SeqLoss.Models.Operations;

/// <summary>What a recurrent layer computes at each step from x, the features of the step, and h, its state of the step before.</summary>
[JsonConverter(typeof(WordConverter<CellKind>))]
public enum CellKind
{
    /// <summary>tanh(W·x + b + U·h + d).</summary>
    Rnn,

    /// <summary>Gates r and z decide what is forgotten and what is kept; Cho et al., 2014, with r outside U as in cuDNN.</summary>
    Gru,

    /// <summary>Gates i, f and o guard a second state, the cell (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).</summary>
    Lstm,
}
