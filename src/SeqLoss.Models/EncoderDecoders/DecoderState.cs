using System;
using SeqLoss.Models.Autograd;
using SeqLoss.Models.Sequences;

namespace SeqLoss.Models.EncoderDecoders;

/// <summary>Targets that are being written, one row each: what the decoder remembers between steps.</summary>
public abstract class DecoderState
{
    /// <summary>The targets that are being written.</summary>
    public int Rows { get; protected set; }

    /// <summary>The steps written so far.</summary>
    public int Length { get; protected set; }

    /// <summary>Writes one step of every target.</summary>
    /// <param name="input">The last step of each row, <see cref="SpecialTokens.Begin"/> or zeros at first; one step long.</param>
    /// <returns>Hidden features to predict the next step from, <c>[rows, D]</c>; valid until the next call.</returns>
    public abstract Variable Advance(SequenceBatch input);

    /// <summary>Goes on with some rows, some of them several times: row i continues row <paramref name="rows"/>[i].</summary>
    public abstract void KeepRows(ReadOnlySpan<int> rows);
}
