namespace SeqLoss.Planning;

/// <summary>B sequences of T steps, and in which order their tokens are stored.</summary>
/// <param name="Batch">B.</param>
/// <param name="Time">T.</param>
/// <param name="IsTimeMajor">Whether a token's index is t·B + b rather than b·T + t.</param>
/// <param name="IsRows">Whether there is one step and no time axis.</param>
internal readonly record struct SequenceGrid(int Batch, int Time, bool IsTimeMajor, bool IsRows)
{
    /// <summary>B·T.</summary>
    public int Count => Batch * Time;

    /// <summary>The shape of targets and other arrays of tokens, as stored.</summary>
    public TensorShape Shape => IsRows ? TensorShape.Of(Batch)
        : IsTimeMajor ? new(2, Time, Batch)
        : new(2, Batch, Time);

    public int BatchOf(int token) => IsTimeMajor ? token % Batch : token / Time;

    public int TimeOf(int token) => IsTimeMajor ? token / Batch : token % Time;

    /// <summary>The index of a step's token, as stored.</summary>
    public int TokenAt(int sequence, int step) => IsTimeMajor ? (step * Batch) + sequence : (sequence * Time) + step;

    /// <summary><c>[b=3, t=17]</c>, or <c>[n=3]</c> for rows.</summary>
    public string Place(int token) => IsRows ? $"[n={token}]" : $"[b={BatchOf(token)}, t={TimeOf(token)}]";

    /// <summary>Makes a grid, checking that its tokens can be counted.</summary>
    public static SequenceGrid Of(nint batch, nint time, bool isTimeMajor, bool isRows)
        => (System.Int128)batch * time <= System.Array.MaxLength
            ? new((int)batch, (int)time, isTimeMajor, isRows)
            : throw new LossInputException(
                $"{batch} x {time} tokens are more than {System.Array.MaxLength}: split the batch and add the sums.");
}
