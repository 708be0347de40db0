namespace SeqLoss;

/// <summary>The ids that begin, end and pad a target sequence.</summary>
/// <param name="Start">Begins the decoder's input.</param>
/// <param name="End">Ends the targets.</param>
/// <param name="Pad">Fills both behind their end.</param>
public readonly record struct SequenceMarkers(int Start, int End, int Pad);
